import type { Definitions } from '../definitions/index.ts';

/** Codes of a required binding. */
export interface RequiredCodes {
  /** Is a bare code among them? */
  hasCode(code: unknown): boolean;
  /** Is a Coding among them? */
  hasCoding(coding: unknown): boolean;
  /** The codes, or the first of them, for the text of an issue. */
  readonly examples: string;
}

const RESOURCE_TYPES = 'http://hl7.org/fhir/ValueSet/resource-types';
const MIME_TYPES = 'http://hl7.org/fhir/ValueSet/mimetypes';
const MIME = /^[\w.+-]+(?:\/[\w.+*-]+)?\s*(?:;.*)?$/;
const SHOWN = 12;

/** Looks up the codes of a value set; undefined when they cannot be enumerated. */
export function requiredCodes(valueSet: string, definitions: Definitions): RequiredCodes | undefined {
  if (valueSet === RESOURCE_TYPES) {
    const isType = (code: unknown): boolean => typeof code === 'string' && definitions.type(code)?.kind === 'resource';
    return { hasCode: isType, hasCoding: codingTest(isType), examples: 'a resource type of R4' };
  }
  if (valueSet === MIME_TYPES) {
    const isMime = (code: unknown): boolean => typeof code === 'string' && MIME.test(code);
    return { hasCode: isMime, hasCoding: codingTest(isMime), examples: 'a MIME type' };
  }
  const systems = definitions.codeSet(valueSet);
  if (!systems) {
    return undefined;
  }
  const codes = new Set([...systems.values()].flatMap((set) => [...set]));
  const first = [...codes].slice(0, SHOWN).join(', ');
  return {
    hasCode: (code) => codes.has(code as string),
    hasCoding(coding) {
      const { system, code } = (coding ?? {}) as { system?: unknown; code?: unknown };
      return systems.get(system as string)?.has(code as string) === true;
    },
    examples: `one of ${first}${codes.size > SHOWN ? '…' : ''}`,
  };
}

function codingTest(test: (code: unknown) => boolean): (coding: unknown) => boolean {
  return (coding) => typeof coding === 'object' && coding !== null && 'code' in coding && test(coding.code);
}
