import type { Queryable } from '../database/index.ts';
import { type Attempt, type Settled, settleDeliveries } from './settle-deliveries.ts';

/** Most attempts that one statement settles. */
const MOST_TOGETHER = 64;

interface Waiting {
  readonly attempt: Attempt;
  readonly done: (settled: Settled) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Records what became of attempts: those that end while a statement is under way go together into the next one, so that a
 * flood to a sick receiver costs few commits, and what a healthy one has answered waits for two at most.
 */
export class Settler {
  private readonly database: Queryable;
  private readonly waiting: Waiting[] = [];
  private isUnderWay = false;

  constructor(database: Queryable) {
    this.database = database;
  }

  /** @throws when the database does not take it; one attempt that it does not take fails alone. */
  settle(attempt: Attempt): Promise<Settled> {
    return new Promise((done, failed) => {
      this.waiting.push({ attempt, done, failed });
      void this.carryOn();
    });
  }

  private async carryOn(): Promise<void> {
    if (this.isUnderWay) {
      return;
    }
    this.isUnderWay = true;
    while (this.waiting.length > 0) {
      await this.record(this.waiting.splice(0, MOST_TOGETHER));
    }
    this.isUnderWay = false;
  }

  private async record(batch: readonly Waiting[]): Promise<void> {
    try {
      const settled = await settleDeliveries(
        this.database,
        batch.map(({ attempt }) => attempt),
      );
      for (const [i, one] of settled.entries()) {
        batch[i]?.done(one);
      }
    } catch (error) {
      if (batch.length > 1) {
        await Promise.all(batch.map((one) => this.record([one])));
      } else {
        batch.forEach(({ failed }) => void failed(error));
      }
    }
  }
}
