import { createHash } from 'node:crypto';
import type { Sql, SqlFragment } from '../database/index.ts';

const MAX_NAMES = 400;

/**
 * Gives statements of shapes that were seen before a name, so that they are prepared once per connection. The number of
 * names is bounded, because each costs memory on every connection.
 */
export function statementNames(): (fragment: SqlFragment) => Sql {
  const names = new Map<string, string>();
  const seenOnce = new Set<string>();
  return (fragment) => {
    const statement = fragment.toSql();
    const known = names.get(statement.text);
    if (known !== undefined) {
      return { ...statement, name: known };
    }
    if (seenOnce.has(statement.text) && names.size < MAX_NAMES) {
      const name = `search:${createHash('sha256').update(statement.text).digest('base64url').slice(0, 16)}`;
      names.set(statement.text, name);
      seenOnce.delete(statement.text);
      return { ...statement, name };
    }
    if (seenOnce.size >= MAX_NAMES) {
      seenOnce.clear();
    }
    seenOnce.add(statement.text);
    return statement;
  };
}
