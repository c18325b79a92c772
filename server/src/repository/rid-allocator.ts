import type { Database } from '../database/index.ts';

/** Rows that one draw from the sequence stands for; the INCREMENT of `resource_rid`. */
const BLOCK = 1000;

/**
 * Draws row numbers in blocks, so that a write knows the numbers of its rows before it is sent.
 * Numbers of a block that a dead process did not use are lost, which does no harm.
 */
export function createRidAllocator(database: Database): (count: number) => Promise<number[]> {
  let next = 0;
  let end = 0;
  let drawing: Promise<void> | undefined;

  async function draw(): Promise<void> {
    const [row] = await database.query<{ top: number }>({
      name: 'rid:draw',
      text: "SELECT nextval('resource_rid') AS top",
      values: [],
    });
    const top = Number(row?.top);
    next = top;
    end = top + BLOCK;
  }

  return async (count) => {
    const rids: number[] = [];
    while (rids.length < count) {
      if (next < end) {
        rids.push(next++);
        continue;
      }
      drawing ??= draw().finally(() => {
        drawing = undefined;
      });
      await drawing;
    }
    return rids;
  };
}
