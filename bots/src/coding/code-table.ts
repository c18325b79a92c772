/** One billable ICD-10-CM code. */
export interface CodeEntry {
  /** With its dot, such as `E11.9`. */
  readonly code: string;
  readonly description: string;
}

/** The codes of one release, and the days of service on which they hold (`YYYY-MM-DD`, both inclusive). */
export interface CodeTable {
  readonly version: string;
  readonly from: string;
  readonly to: string;
  readonly entries: readonly CodeEntry[];
}

/** A code with its dot after the third character. */
export function dotted(code: string): string {
  return code.length > 3 && !code.includes('.') ? `${code.slice(0, 3)}.${code.slice(3)}` : code;
}

/**
 * Reads the public flat file of ICD-10-CM: a code without its dot, blanks, a description. The fiscal year begins on
 * 1 October of the year before. @see https://www.cms.gov/medicare/coding-billing/icd-10-codes
 */
export function parseCodeTable(text: string, fiscalYear: number): CodeTable {
  const entries = text.split(/\r?\n/).flatMap((line) => {
    const match = /^([A-Z]\d[A-Z0-9]{1,5})\s+(\S.*?)\s*$/.exec(line);
    return match ? [{ code: dotted(match[1] ?? ''), description: match[2] ?? '' }] : [];
  });
  return { version: `FY${fiscalYear}`, from: `${fiscalYear - 1}-10-01`, to: `${fiscalYear}-09-30`, entries };
}

/** The table of a day of service; `isFallback` when the day lies outside every table and the nearest one serves. */
export interface ChosenTable {
  readonly table: CodeTable;
  readonly isFallback: boolean;
}

/** Chooses the table that holds on a day of service; after the newest table the newest serves, visibly; undefined without tables. */
export function tableFor(day: string, tables: readonly CodeTable[]): ChosenTable | undefined {
  const holding = tables.find((table) => table.from <= day && day <= table.to);
  if (holding) {
    return { table: holding, isFallback: false };
  }
  const newest = [...tables].sort((a, b) => (a.from < b.from ? 1 : -1))[0];
  return newest && day > newest.to ? { table: newest, isFallback: true } : undefined;
}
