const plain = /^[\x20-\x40\x5b-\x7e]*$/;
const ascii = /^[\x20-\x7e]*$/;

/**
 * Folds case and accents, and joins white space, as string search asks for.
 * @see https://hl7.org/fhir/R4/search.html#string
 */
export function fold(text: string): string {
  if (plain.test(text) && !text.includes('  ')) {
    return text.trim();
  }
  const base = ascii.test(text) ? text : text.normalize('NFD').replace(/\p{M}+/gu, '');
  return base.toLowerCase().replace(/\s+/g, ' ').trim();
}
