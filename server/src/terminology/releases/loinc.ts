import type { Lines, ReleasedConcept } from './released-concept.ts';

export const LOINC = 'http://loinc.org';

/** Reads `LoincTable/Loinc.csv`, in which the columns are named by the first line. @see https://loinc.org/kb/users-guide/ */
export async function* readLoinc(lines: Lines): AsyncGenerator<ReleasedConcept> {
  let columns: ReadonlyMap<string, number> | undefined;
  let pending = '';
  for await (const line of lines) {
    pending = pending ? `${pending}\n${line}` : line;
    const fields = splitCsv(pending);
    if (!fields) {
      continue;
    }
    pending = '';
    if (!columns) {
      columns = new Map(fields.map((name, index) => [name.replace(/^\uFEFF/, ''), index]));
      continue;
    }
    const at = (name: string): string => fields[columns?.get(name) ?? -1] ?? '';
    const code = at('LOINC_NUM');
    if (code) {
      const display = at('LONG_COMMON_NAME') || at('SHORTNAME') || at('COMPONENT') || code;
      yield { code, display, active: at('STATUS') === '' || at('STATUS') === 'ACTIVE' || at('STATUS') === 'TRIAL' };
    }
  }
}

/** Fields of a record; undefined when a quoted field goes on in the next line. */
export function splitCsv(record: string): string[] | undefined {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  let at = 0;
  for (;;) {
    field.lastIndex = at;
    const match = field.exec(record);
    if (!match) {
      return undefined;
    }
    fields.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
    at = field.lastIndex;
    if (match[3] === '') {
      return fields;
    }
  }
}
