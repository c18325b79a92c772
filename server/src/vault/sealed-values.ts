import type { Row, Sql } from '../database/index.ts';
import { unavailable } from '../fhir/index.ts';
import { decrypt, encrypt } from './cipher.ts';
import type { DataKeys } from './data-keys.ts';

/**
 * Texts of patients outside records: pieces of the files of exports, imports and deferred requests, what was asked of them,
 * recordings and logs of bots, reasons of emergency access. They are sealed whole as the statement of that name writes
 * them, and opened as the other reads them; both name the row that they belong to.
 */
interface SealedStatement {
  /** Where the tenant stands, and the id of the job, run or session: among the values, or in a column. */
  readonly tenant: number | string;
  readonly id: number | string;
  /** Values to seal. */
  readonly values?: readonly number[];
  /** Columns to open. */
  readonly columns?: readonly string[];
  /** Those of them that hold JSON. */
  readonly json?: readonly (number | string)[];
}

const STATEMENTS: ReadonlyMap<string, SealedStatement> = new Map<string, SealedStatement>([
  ['job:insert', { tenant: 0, id: 1, values: [6, 7], json: [7] }],
  ['job:claim', { tenant: 'tenant', id: 'id', columns: ['request'], json: ['request'] }],
  ['job:poll', { tenant: 0, id: 1, columns: ['url'] }],
  ['job:chunk', { tenant: 0, id: 1, values: [6] }],
  ['job:file', { tenant: 0, id: 1, columns: ['content'] }],
  ['job:input', { tenant: 0, id: 1, columns: ['content'] }],
  ['bot:record-run', { tenant: 0, id: 1, values: [15, 16, 17, 18, 19] }],
  ['bot:list-runs', { tenant: 0, id: 'run', columns: ['error', 'log'] }],
  ['bot:read-cassette', { tenant: 0, id: 2, columns: ['event', 'recording', 'output', 'error'] }],
  ['break-glass:open', { tenant: 0, id: 1, values: [4] }],
]);

const MARK = 'sealed.1.';

/** Seals values of statements and opens what they select; other statements pay one look-up. */
export interface SealedValues {
  /** Is the statement one of those? */
  concerns(statement: Sql): boolean;
  sealed(statement: Sql): Promise<Sql>;
  open(statement: Sql, rows: readonly Row[]): Promise<void>;
}

/** The tenant, and the place to which what is sealed is bound. */
function placeOf({ tenant, id }: SealedStatement, { values }: Sql, row?: Row): readonly [number, string] {
  const at = (where: number | string): unknown => (typeof where === 'number' ? values[where] : row?.[where]);
  return [Number(at(tenant)), `${at(tenant)} value ${at(id)}`];
}

/** Opens the seals. */
export function createSealedValues(keys: DataKeys): SealedValues {
  async function seal(tenant: number, place: string, value: unknown): Promise<unknown> {
    if (typeof value !== 'string' && !Buffer.isBuffer(value)) {
      return value;
    }
    const { kid, key } = await keys.current(tenant);
    const text = `${MARK}${kid}.${encrypt(key, place, value).toString('base64')}`;
    return typeof value === 'string' ? text : Buffer.from(text, 'latin1');
  }

  async function open(tenant: number, place: string, value: unknown): Promise<unknown> {
    const isBytes = Buffer.isBuffer(value);
    const text = isBytes ? value.toString('latin1') : value;
    if (typeof text !== 'string' || !text.startsWith(MARK)) {
      return value;
    }
    const [kid = '', body = ''] = text.slice(MARK.length).split('.');
    const key = await keys.byId(kid);
    if (key.tenant !== tenant) {
      throw unavailable('record-sealed', 'A record was sealed for another place');
    }
    const opened = decrypt(key.key, place, Buffer.from(body, 'base64'));
    return isBytes ? opened : opened.toString('utf8');
  }

  return {
    concerns: ({ name }) => name !== undefined && STATEMENTS.has(name),
    async sealed(statement) {
      const rule = STATEMENTS.get(statement.name ?? '');
      if (!rule?.values) {
        return statement;
      }
      const [tenant, place] = placeOf(rule, statement);
      const values = [...statement.values];
      for (const index of rule.values) {
        const sealed = await seal(tenant, place, values[index]);
        values[index] = rule.json?.includes(index) ? JSON.stringify(sealed) : sealed;
      }
      return { ...statement, values };
    },
    async open(statement, rows) {
      const rule = STATEMENTS.get(statement.name ?? '');
      if (!rule?.columns) {
        return;
      }
      for (const row of rows) {
        const [tenant, place] = placeOf(rule, statement, row);
        for (const column of rule.columns) {
          const opened = await open(tenant, place, row[column]);
          const isJson = opened !== row[column] && rule.json?.includes(column);
          row[column] = isJson ? JSON.parse(String(opened)) : opened;
        }
      }
    },
  };
}
