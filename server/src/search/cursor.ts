import { invalid } from '../fhir/index.ts';

/** Where a page ended: in which type, in which walk, and the last keys that were given. */
export interface Cursor {
  /** Type whose walk it is (a search over several types goes through them in order). */
  readonly type: string;
  readonly walk: string;
  readonly branch: number;
  /** Text of the keys; null stands for a missing value that was sorted last. */
  readonly keys: readonly (string | null)[];
  readonly rid: number;
}

/** Writes a cursor as one opaque word, bound to its search. */
export function writeCursor(fingerprint: string, { type, walk, branch, keys, rid }: Cursor): string {
  return Buffer.from(JSON.stringify([fingerprint, type, walk, branch, keys, rid])).toString('base64url');
}

/** Reads a cursor. @throws FhirError 400 when it is none, or belongs to another search. */
export function readCursor(fingerprint: string, text: string): Cursor {
  const value = decode(text);
  if (!Array.isArray(value) || value.length !== 6 || value[0] !== fingerprint) {
    throw badCursor();
  }
  const [, type, walk, branch, keys, rid] = value as unknown[];
  const valid =
    typeof type === 'string' &&
    typeof walk === 'string' &&
    Number.isInteger(branch) &&
    Number.isSafeInteger(rid) &&
    Array.isArray(keys) &&
    keys.length <= 5 &&
    keys.every((key) => key === null || (typeof key === 'string' && key.length <= 1000));
  if (!valid) {
    throw badCursor();
  }
  return { type, walk, branch: branch as number, keys: keys as (string | null)[], rid: rid as number };
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** 400 for a page that does not exist. */
export function badCursor(): Error {
  return invalid('search-cursor', 'The page token does not belong to this search: start from the first page');
}
