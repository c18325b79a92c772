import { EventEmitter } from 'node:events';
import type { Connection } from 'pg';
import { describe, expect, it } from 'vitest';
import type { Row } from './database.ts';
import { type RowShapes, Statement } from './statement.ts';

/** A connection that notes which messages were sent, and may be told that a statement is prepared. */
function recording(): { connection: Connection; sent: string[]; parsedStatements: Record<string, string> } {
  const sent: string[] = [];
  const parsedStatements: Record<string, string> = {};
  const note = (name: string) => () => void sent.push(name);
  const connection = Object.assign(new EventEmitter(), {
    parsedStatements,
    stream: { cork: note('cork'), uncork: note('uncork'), write: note('execute and sync') },
    ...Object.fromEntries(['parse', 'bind', 'describe', 'query'].map((name) => [name, note(name)])),
  });
  return { connection: connection as unknown as Connection, sent, parsedStatements };
}

const named = { name: 'read', text: 'SELECT $1::int4 AS n', values: [1] };

function run(statement: Statement, row: string): void {
  statement.handleDataRow({ fields: [row] });
  statement.handleCommandComplete();
  statement.handleReadyForQuery();
}

describe('Statement', () => {
  it('prepares and describes a named statement once, and then only binds and executes it', () => {
    const { connection, sent, parsedStatements } = recording();
    const shapes: RowShapes = new Map();
    const rows: Row[][] = [];
    const first = new Statement(named, shapes, (_, found) => rows.push(found));
    first.submit(connection);
    first.handleRowDescription({ fields: [{ name: 'n', dataTypeID: 23 }] });
    run(first, '1');
    expect(sent).toEqual(['cork', 'parse', 'bind', 'describe', 'execute and sync', 'uncork']);
    parsedStatements.read = named.text;
    sent.length = 0;
    const second = new Statement(named, shapes, (_, found) => rows.push(found));
    second.submit(connection);
    run(second, '2');
    expect(sent).toEqual(['cork', 'bind', 'execute and sync', 'uncork']);
    expect(rows).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  it('sends text without values as it is, so that it may hold several statements', () => {
    const { connection, sent } = recording();
    new Statement({ text: 'SELECT 1; SELECT 2', values: [] }, new Map(), () => undefined).submit(connection);
    expect(sent).toEqual(['query']);
  });

  it('ends once, with the error and without what quotes a row', () => {
    const ends: unknown[] = [];
    const statement = new Statement(named, new Map(), (error) => ends.push(error));
    const error = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (name)=(Maria)',
      where: 'Maria',
    });
    statement.handleError(error);
    statement.handleReadyForQuery();
    expect(ends).toEqual([error]);
    expect(error).not.toHaveProperty('detail');
    expect(error).not.toHaveProperty('where');
    expect(error.code).toBe('23505');
  });
});
