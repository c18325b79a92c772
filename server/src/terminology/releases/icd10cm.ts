import type { Lines, ReleasedConcept } from './released-concept.ts';

export const ICD10CM = 'http://hl7.org/fhir/sid/icd-10-cm';
const LINE = /^([A-Z][0-9A-Z]{2,6})\s+(\S.*?)\s*$/;

/**
 * Reads the flat file of billable codes that CDC publishes every year (`icd10cm-codes-YYYY.txt`): code without dot,
 * spaces, description. Codes get their dot; the file has no headers, so there are no parents.
 */
export async function* readIcd10cm(lines: Lines): AsyncGenerator<ReleasedConcept> {
  for await (const line of lines) {
    const match = LINE.exec(line);
    if (match) {
      const [, code, display] = match as unknown as [string, string, string];
      yield { code: code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code, display };
    }
  }
}
