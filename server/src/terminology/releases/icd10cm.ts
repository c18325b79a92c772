import type { Lines, ReleasedConcept } from './released-concept.ts';

export const ICD10CM = 'http://hl7.org/fhir/sid/icd-10-cm';
const LINE = /^([A-Z][0-9A-Z]{2,6})\s+(\S.*?)\s*$/;

/**
 * Reads the flat file of billable codes that CDC publishes every year (`icd10cm-codes-YYYY.txt`): code without dot,
 * spaces, description. Codes get their dot. The file has no headers, but in this system a header is what its codes begin
 * with: each code is placed under all of them, so that what is under `F32` is found though `F32` itself is not billable.
 */
export async function* readIcd10cm(lines: Lines): AsyncGenerator<ReleasedConcept> {
  for await (const line of lines) {
    const match = LINE.exec(line);
    if (match) {
      const [, code, display] = match as unknown as [string, string, string];
      yield { code: dotted(code), display, parents: headers(code).map(dotted) };
    }
  }
}

const dotted = (code: string): string => (code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code);

/** Nearest first, down to the category of three characters. */
function headers(code: string): string[] {
  return Array.from({ length: Math.max(code.length - 3, 0) }, (_, n) => code.slice(0, code.length - 1 - n));
}
