import type { Coding, ValueSet } from '@medplum/fhirtypes';
import { flattenConcepts } from '../definitions/index.ts';
import { grammarAccepts } from './grammars.ts';
import type { Sources } from './sources.ts';
import { storedParts } from './stored-systems.ts';

/** Whether a code is good, and why not. */
export interface CodeVerdict {
  readonly result: boolean;
  /** True when it cannot be decided because something is not loaded. */
  readonly unknown?: boolean;
  readonly message?: string;
  readonly display?: string;
  readonly code?: string;
  readonly system?: string;
}

/** Is the coding in the value set? A coding without system matches when its code does. */
export async function validateInValueSet(valueSet: ValueSet, coding: Coding, sources: Sources): Promise<CodeVerdict> {
  const { codes, missing } = await sources.enumerate(valueSet);
  const found = codes.find((c) => c.code === coding.code && (!coding.system || c.system === coding.system));
  const name = valueSet.url ?? 'given';
  if (found) {
    return withDisplay(coding, found);
  }
  if (isExcluded(valueSet, coding)) {
    return { result: false, message: `The code is excluded from the value set ${name}` };
  }
  if (coding.system && coding.code && includesWhole(valueSet, coding.system)) {
    const verdict = await validateInSystem(coding, sources);
    return verdict.result || verdict.unknown
      ? verdict
      : { ...verdict, message: `${verdict.message}; value set ${name}` };
  }
  if (await isUnderStored(valueSet, coding, sources)) {
    return validateInSystem(coding, sources);
  }
  if (missing.length > 0) {
    return { result: false, unknown: true, message: `Cannot be decided: ${missing.join(', ')} not loaded` };
  }
  return { result: false, message: `The code is not in the value set ${name}` };
}

/** Is the coding under the code that the value set takes of a stored system? */
async function isUnderStored(valueSet: ValueSet, { system, code }: Coding, sources: Sources): Promise<boolean> {
  for (const part of await storedParts(valueSet, sources.stored)) {
    if (part.system === system && part.isA && code && (await sources.stored.isA(system, code, part.isA))) {
      return true;
    }
  }
  return false;
}

/** Does the value set take the coding out again? */
function isExcluded({ compose }: ValueSet, { system, code }: Coding): boolean {
  return (compose?.exclude ?? []).some(
    (exclude) =>
      (!system || exclude.system === system) && exclude.concept?.some((concept) => concept.code === code) === true,
  );
}

function includesWhole(valueSet: ValueSet, system: string): boolean {
  return (valueSet.compose?.include ?? []).some((i) => i.system === system && !i.concept && !i.filter && !i.valueSet);
}

/** The code system of a coding, in the version that it names. */
export function canonicalOf({ system = '', version }: Coding): string {
  return version ? `${system}|${version}` : system;
}

/** Is the coding a code of its system? Grammars are judged by form. */
export async function validateInSystem(coding: Coding, sources: Sources): Promise<CodeVerdict> {
  const system = coding.system ?? '';
  const grammar = grammarAccepts(system, coding.code ?? '');
  if (grammar !== undefined) {
    return grammar
      ? { result: true, code: coding.code, system }
      : { result: false, message: `The code is not well formed in ${system}` };
  }
  const canonical = canonicalOf(coding);
  const definition = await sources.codeSystem(canonical);
  const found = definition && flattenConcepts(definition).find((concept) => concept.code === coding.code);
  if (found) {
    return withDisplay(coding, found);
  }
  const release = await sources.stored.release(canonical);
  if (release) {
    const concept = await sources.stored.find(canonical, coding.code ?? '');
    return concept
      ? withDisplay(coding, { system, ...concept })
      : { result: false, message: `The code is not in ${release.title} ${release.version}` };
  }
  if (!definition?.concept || definition.content !== 'complete') {
    return { result: false, unknown: true, message: `Code system ${canonical} is not loaded` };
  }
  return { result: false, message: `The code is not in the code system ${system}` };
}

function withDisplay(coding: Coding, found: { system: string; code: string; display?: string }): CodeVerdict {
  const known = { code: found.code, system: found.system, ...(found.display && { display: found.display }) };
  if (coding.display && found.display && coding.display.toLowerCase() !== found.display.toLowerCase()) {
    return { result: false, message: 'The display is not the one of the code', ...known };
  }
  return { result: true, ...known };
}
