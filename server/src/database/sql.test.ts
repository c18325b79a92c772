import { describe, expect, it } from 'vitest';
import { join, raw, sql } from './sql.ts';

describe('sql', () => {
  it('numbers values in the order of the text, through nested and joined pieces', () => {
    const filter = join([sql`a = ${1}`, sql`b = ANY(${[2, 3]})`], ' AND ');
    expect(sql`SELECT ${raw('c')} FROM t WHERE ${filter} AND d = ${4}`.toSql('q')).toEqual({
      name: 'q',
      text: 'SELECT c FROM t WHERE a = $1 AND b = ANY($2) AND d = $3',
      values: [1, [2, 3], 4],
    });
  });

  it('never puts a value into the text', () => {
    expect(sql`SELECT ${"'; DROP TABLE resource; --"}`.toSql().text).toBe('SELECT $1');
  });

  it('joins nothing to nothing', () => {
    expect(sql`a ${join([], ',')}b`.toSql().text).toBe('a b');
  });
});
