import type { Lines, ReleasedConcept } from './released-concept.ts';

export const ICD10CM = 'http://hl7.org/fhir/sid/icd-10-cm';
const LINE = /^([A-Z][0-9A-Z]{2,6})\s+(\S.*?)\s*$/;
/** Number, code, 0 for a header, short and long description, in columns. */
const ORDER_LINE = /^\d{5} ([A-Z][0-9A-Z]{2,6})\s+([01]) .{60} (\S.*?)\s*$/;

/**
 * Reads what CDC and CMS publish every year: the flat file of billable codes (`icd10cm-codes-YYYY.txt`: code without
 * dot, spaces, description) or the order file (`icd10cm-order-YYYY.txt`), whose headers are left out because they may not
 * be billed. Codes get their dot. Of headers there are no lines then, but in this system a header is what its codes begin
 * with: each code is placed under all of them, so that what is under `F32` is found though `F32` itself is not billable.
 */
export async function* readIcd10cm(lines: Lines): AsyncGenerator<ReleasedConcept> {
  for await (const line of lines) {
    const ordered = ORDER_LINE.exec(line);
    const [, code, display] = ordered ? [line, ordered[1], ordered[3]] : (LINE.exec(line) ?? []);
    if (code && display && ordered?.[2] !== '0') {
      yield { code: dotted(code), display, parents: headers(code).map(dotted) };
    }
  }
}

const dotted = (code: string): string => (code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code);

/** Nearest first, down to the category of three characters. */
function headers(code: string): string[] {
  return Array.from({ length: Math.max(code.length - 3, 0) }, (_, n) => code.slice(0, code.length - 1 - n));
}
