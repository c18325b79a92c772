/** What a spreadsheet would take for a formula, behind blanks and control characters too; also in full-width forms. */
const STARTERS = new Set(['=', '+', '-', '@', '\uFF1D', '\uFF0B', '\uFF0D', '\uFF20']);
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function isFormula(value: string): boolean {
  const first = [...value].find((char) => char > ' ');
  return (first !== undefined && STARTERS.has(first) && !NUMBER.test(value)) || /^[\t\r\n]/.test(value);
}

/** One cell: quoted where RFC 4180 asks for it, and never a formula. @see https://owasp.org/www-community/attacks/CSV_Injection */
export function csvCell(value: string): string {
  const safe = isFormula(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** One line with its line end. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** A path such as `name.family` or `name[0].given`. */
export interface CsvPath {
  readonly text: string;
  readonly steps: readonly { readonly name: string; readonly index?: number }[];
}

const PATH = /^[A-Za-z][A-Za-z0-9]*(?:\[\d{1,3}\])?(?:\.[A-Za-z][A-Za-z0-9]*(?:\[\d{1,3}\])?){0,9}$/;

/** Reads a path; undefined when it is none. */
export function csvPath(text: string): CsvPath | undefined {
  if (!PATH.test(text)) {
    return undefined;
  }
  const steps = text.split('.').map((step) => {
    const [, name = '', index] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step) ?? [];
    return { name, ...(index !== undefined && { index: Number(index) }) };
  });
  return { text, steps };
}

function children(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const own = value as Readonly<Record<string, unknown>>;
  const found = Object.hasOwn(own, name) ? own[name] : choice(own, name);
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}

/** `value` stands for `valueQuantity` and its like. */
function choice(own: Readonly<Record<string, unknown>>, name: string): unknown {
  const key = Object.keys(own).find((other) => other.startsWith(name) && /^[A-Z]/.test(other.slice(name.length)));
  return key === undefined ? undefined : own[key];
}

/** What lies at a path, several values joined by `; `; what is no primitive is shown as JSON. */
export function valueAt(resource: unknown, path: CsvPath): string {
  let values: unknown[] = [resource];
  for (const { name, index } of path.steps) {
    values = values.flatMap((value) => {
      const found = children(value, name);
      return index === undefined ? found : found.slice(index, index + 1);
    });
  }
  return values.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))).join('; ');
}
