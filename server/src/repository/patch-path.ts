import { invalid } from '../fhir/index.ts';

const FUNCTIONS = new Set(
  'where first last single exists empty not ofType as is extension startsWith endsWith contains count hasValue'.split(
    ' ',
  ),
);
const MAX_LENGTH = 500;
const MAX_CONDITIONS = 4;

/**
 * Refuses what is no simple path to an element: functions whose cost does not end with the resource (regular expressions,
 * descents), and names of elements that are hidden from the caller, which a condition could ask for.
 * @throws FhirError 400
 * @see https://hl7.org/fhir/R4/fhirpatch.html
 */
export function assertPatchPath(path: string, hidden: readonly string[]): void {
  const bare = path.replace(/'(?:[^'\\]|\\.)*'/g, "''");
  const called = [...bare.matchAll(/(\w+)\s*\(/g)].map(([, name]) => name as string);
  const refused = called.find((name) => !FUNCTIONS.has(name));
  if (refused !== undefined) {
    throw invalid(
      'patch-path',
      `A patch may not call ${refused.slice(0, 32)}(), need one of ${[...FUNCTIONS].join(', ')}`,
    );
  }
  if (path.length > MAX_LENGTH || called.filter((name) => name === 'where').length > MAX_CONDITIONS) {
    throw invalid('patch-path', `A path has at most ${MAX_LENGTH} characters and ${MAX_CONDITIONS} conditions`);
  }
  const names = bare.match(/\w+/g) ?? [];
  const isHidden = (name: string): boolean =>
    hidden.some((field) => {
      const first = field.split('.')[0] as string;
      return first.endsWith('[x]') ? name.startsWith(first.slice(0, -3)) : first === name;
    });
  if (names.some(isHidden)) {
    throw invalid('patch-path', 'The patch names an element that this resource does not have');
  }
}
