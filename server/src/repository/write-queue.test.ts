import { describe, expect, it, vi } from 'vitest';
import type { Sql, TenantDatabase } from '../database/index.ts';
import { writeTogether } from './write-queue.ts';
import type { Change, Write } from './write-statement.ts';

const context = { requestId: 'r', tenant: 2, projectId: 'p', author: 'Practitioner/1', depth: 0 };

function writeOf(...ids: readonly string[]): Write {
  const changes = ids.map(
    (id, n): Change => ({
      interaction: 'create',
      rid: n + 1,
      type: 'Basic',
      id,
      version: 1,
      lastUpdated: new Date(0),
      json: '{}',
      content: '{}',
      removed: {},
      added: {},
    }),
  );
  return { context, changes };
}

/** A database that notes which ids come together, and answers each statement when it is told to. */
function databaseOf(refuse: (ids: readonly string[]) => string | undefined = () => undefined) {
  const statements: string[][] = [];
  const answers: (() => void)[] = [];
  const query = ({ values }: Sql): Promise<never[]> => {
    const ids = [...new Set(values.flat().filter((value) => typeof value === 'string' && /^id-/.test(value)))];
    statements.push(ids as string[]);
    return new Promise((resolve, reject) => {
      answers.push(() => {
        const code = refuse(ids as string[]);
        if (code === undefined) {
          resolve([]);
        } else {
          reject(Object.assign(new Error('refused'), { code }));
        }
      });
    });
  };
  const answerAll = async (): Promise<void> => {
    for (let answer = answers.shift(); answer; answer = answers.shift()) {
      answer();
      await new Promise(setImmediate);
    }
  };
  return { database: { tenant: 2, query } as unknown as TenantDatabase, statements, answerAll };
}

describe('writeTogether', () => {
  it('sends the first write at once, and together what comes meanwhile', async () => {
    const { database, statements, answerAll } = databaseOf();
    const writes = ['id-1', 'id-2', 'id-3'].map((id) => writeTogether(database, writeOf(id)));
    expect(statements).toEqual([['id-1']]);
    await answerAll();
    await Promise.all(writes);
    expect(statements).toEqual([['id-1'], ['id-2', 'id-3']]);
  });

  it('tries each by itself when one of them is refused, and tells only that one', async () => {
    const { database, statements, answerAll } = databaseOf((ids) => (ids.includes('id-3') ? '23505' : undefined));
    const writes = ['id-1', 'id-2', 'id-3', 'id-4'].map((id) => writeTogether(database, writeOf(id)));
    const ends = Promise.allSettled(writes);
    await answerAll();
    expect((await ends).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(statements).toEqual([['id-1'], ['id-2', 'id-3', 'id-4'], ['id-2'], ['id-3'], ['id-4']]);
  });

  it.each(['', '57P01', '08006'])(
    'tries nothing again when the connection is lost (%s): it may have been kept',
    async (code) => {
      const { database, statements, answerAll } = databaseOf((ids) => (ids.length > 1 ? code : undefined));
      const writes = ['id-1', 'id-2', 'id-3'].map((id) => writeTogether(database, writeOf(id)));
      const ends = Promise.allSettled(writes);
      await answerAll();
      expect((await ends).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(statements).toHaveLength(2);
    },
  );

  it('waits no longer for a statement that does not end', async () => {
    vi.useFakeTimers();
    const { database, statements } = databaseOf();
    void writeTogether(database, writeOf('id-1'));
    void writeTogether(database, writeOf('id-2'));
    expect(statements).toEqual([['id-1']]);
    vi.runOnlyPendingTimers();
    expect(statements).toEqual([['id-1'], ['id-2']]);
    vi.useRealTimers();
  });

  it('leaves a large write by itself', () => {
    const { database, statements } = databaseOf();
    const many = Array.from({ length: 21 }, (_, n) => `id-${n}`);
    void writeTogether(database, writeOf('id-a'));
    void writeTogether(database, writeOf(...many));
    expect(statements).toEqual([['id-a'], many]);
  });
});
