/** Time in ms after which an attempt that still waits for its receiver gives its place to another. */
const SLOW_MS = 1000;
/** For each place, how many attempts may be under way at most, those that gave theirs back included. */
const MOST_PER_PLACE = 8;

interface Held {
  places: number;
  underWay: number;
}

/**
 * The deliveries that one Subscription may have under way at once in this process. A receiver that answers is met by no more
 * than so many at a time; one that leaves some messages hanging does not hold up the others with them.
 */
export class Places {
  private readonly held = new Map<string, Held>();
  private readonly most: number;
  private readonly onFree: () => void;

  /** `onFree` is told when a place was given back by an attempt that goes on. */
  constructor(most: number, onFree: () => void) {
    this.most = most;
    this.onFree = onFree;
  }

  /** Is there room for one more? */
  hasRoom(key: string): boolean {
    const { places, underWay } = this.held.get(key) ?? { places: 0, underWay: 0 };
    return places < this.most && underWay < this.most * MOST_PER_PLACE;
  }

  /** The Subscriptions without room. */
  full(): string[] {
    return [...this.held.keys()].filter((key) => !this.hasRoom(key));
  }

  /** Takes a place; the function that is given back gives it up. One that must `keep` it has it however long it takes. */
  take(key: string, { keep }: { readonly keep: boolean }): () => void {
    const held = this.held.get(key) ?? { places: 0, underWay: 0 };
    this.held.set(key, held);
    held.places++;
    held.underWay++;
    let holds = true;
    const giveBack = (): void => {
      held.places -= holds ? 1 : 0;
      holds = false;
    };
    const slow = keep ? undefined : setTimeout(() => this.giveBackEarly(giveBack), SLOW_MS).unref();
    return () => {
      clearTimeout(slow);
      giveBack();
      if (--held.underWay === 0) {
        this.held.delete(key);
      }
    };
  }

  private giveBackEarly(giveBack: () => void): void {
    giveBack();
    this.onFree();
  }
}
