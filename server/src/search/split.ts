/** Splits at a separator that no backslash precedes; escapes stay. @see https://hl7.org/fhir/R4/search.html#escaping */
export function splitEscaped(text: string, separator: string): string[] {
  if (!text.includes('\\')) {
    return text.split(separator);
  }
  const parts: string[] = [];
  let current = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '\\' && i + 1 < text.length) {
      current += char + text[++i];
    } else if (char === separator) {
      parts.push(current);
      current = '';
    } else {
      current += char;
    }
  }
  parts.push(current);
  return parts;
}

/** Takes the escapes away. */
export function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\,|$])/g, '$1') : text;
}
