import { isUcumCode } from '../definitions/index.ts';

/** Code systems that are grammars: codes are judged by their form. */
const GRAMMARS: ReadonlyMap<string, (code: string) => boolean> = new Map([
  ['http://unitsofmeasure.org', isUcumCode],
  ['urn:ietf:bcp:13', (code) => /^[\w.+-]+\/[\w.+*-]+(?:\s*;.*)?$/.test(code)],
  ['urn:ietf:bcp:47', (code) => /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(code)],
  ['urn:ietf:rfc:3986', (code) => /^\S+$/.test(code)],
]);

/** Is the code well formed in its grammar? Undefined for a system that is not a grammar. */
export function grammarAccepts(system: string, code: string): boolean | undefined {
  return GRAMMARS.get(system)?.(code);
}
