/** Words of a text in the form they are kept and sought: no accents, small letters, each once, at most 24. */
export function conceptWords(text: string): string[] {
  const words = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return [...new Set(words ?? [])].slice(0, 24);
}

/** The first text, in order of code points, that comes after every text with this beginning. */
export function afterPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
