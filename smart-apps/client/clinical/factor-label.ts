import { riskFactorCoding } from '@mindbridge/fhir-profiles';

const LABELS: ReadonlyMap<string, string> = new Map(
  Object.values(riskFactorCoding).map((coding): [string, string] => [coding.code, coding.display]),
);

/** The name of a risk factor as the code system gives it; the code itself when it is not one of ours. */
export function factorLabel(code: string): string {
  return LABELS.get(code) ?? code;
}
