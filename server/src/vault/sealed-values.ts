import type { Row, Sql } from '../database/index.ts';
import { unavailable } from '../fhir/index.ts';
import { decrypt, encrypt } from './cipher.ts';
import type { DataKeys } from './data-keys.ts';

/**
 * Texts of patients outside records: pieces of the files of exports and imports, and recordings of bots. They are sealed
 * whole as the statement of that name writes them, and opened as the other reads them; both name the row that they belong to.
 */
interface SealedStatement {
  /** Where among the values the tenant stands, and the id of the job or run. */
  readonly tenant: number;
  readonly id: number;
  /** Values to seal. */
  readonly values?: readonly number[];
  /** Columns to open. */
  readonly columns?: readonly string[];
}

const STATEMENTS: ReadonlyMap<string, SealedStatement> = new Map([
  ['job:chunk', { tenant: 0, id: 1, values: [6] }],
  ['job:file', { tenant: 0, id: 1, columns: ['content'] }],
  ['job:input', { tenant: 0, id: 1, columns: ['content'] }],
  ['bot:record-run', { tenant: 0, id: 1, values: [17, 18, 19] }],
  ['bot:read-cassette', { tenant: 0, id: 2, columns: ['event', 'recording', 'output'] }],
]);

const MARK = 'sealed.1.';

/** Seals values of statements and opens what they select; other statements pay one look-up. */
export interface SealedValues {
  /** Is the statement one of those? */
  concerns(statement: Sql): boolean;
  sealed(statement: Sql): Promise<Sql>;
  open(statement: Sql, rows: readonly Row[]): Promise<void>;
}

/** Opens the seals. */
export function createSealedValues(keys: DataKeys): SealedValues {
  const placeOf = ({ values }: Sql, { tenant, id }: SealedStatement): readonly [number, string] => [
    Number(values[tenant]),
    `${values[tenant]} value ${values[id]}`,
  ];

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
      const [tenant, place] = placeOf(statement, rule);
      const values = [...statement.values];
      for (const index of rule.values) {
        values[index] = await seal(tenant, place, values[index]);
      }
      return { ...statement, values };
    },
    async open(statement, rows) {
      const rule = STATEMENTS.get(statement.name ?? '');
      const [tenant, place] = rule ? placeOf(statement, rule) : [0, ''];
      for (const row of rows) {
        for (const column of rule?.columns ?? []) {
          row[column] = await open(tenant, place, row[column]);
        }
      }
    },
  };
}
