import { type Indexer, type IndexRow, type IndexRows, systemKey } from './indexing/index.ts';
import type { BlindToken } from './search/index.ts';
import { SSN_SYSTEMS } from './vault/index.ts';

/** Places in a row of the token index. */
const CODE = 1;
const SYSTEM = 2;
const SSN_KEYS: ReadonlySet<unknown> = new Set(SSN_SYSTEMS.map(systemKey));
const SSN = /^\d{3}-?\d{2}-?\d{4}$/;

type Blind = (value: string) => string;

function blindRow(row: IndexRow, blind: Blind): IndexRow {
  return SSN_KEYS.has(row[SYSTEM]) ? row.with(CODE, blind(String(row[CODE]))) : row;
}

function blindRows(rows: IndexRows, blind: Blind): IndexRows {
  const tokens = rows.index_token;
  return tokens?.some((row) => SSN_KEYS.has(row[SYSTEM]))
    ? { ...rows, index_token: tokens.map((row) => blindRow(row, blind)) }
    : rows;
}

/** The indexer whose rows hold social security numbers as keyed hashes only. */
export function blindIndexer(indexer: Indexer, blind: Blind): Indexer {
  return { ...indexer, extract: (resource) => blindRows(indexer.extract(resource), blind) };
}

/** How a search finds them: by their whole value, with or without the system before it. */
export function blindTokens(blind: Blind): BlindToken {
  return (test) => {
    const { code, system } = test;
    if (code === undefined) {
      return undefined;
    }
    if (system !== undefined && SSN_KEYS.has(system)) {
      return [{ ...test, code: blind(code) }];
    }
    return system === undefined && SSN.test(code) ? [test, { ...test, code: blind(code) }] : undefined;
  };
}
