import { hashOf } from './secrets.ts';

/** When a refresh token came, and whether another request with it was being answered then. */
export interface Arrival {
  readonly at: Date;
  readonly isParallel: boolean;
}

/** Which refresh tokens are being exchanged in this process. */
export interface RefreshesUnderWay {
  /** Runs an exchange, and knows of it until it has been answered. */
  run<T>(token: string, exchange: (arrival: Arrival) => Promise<T>): Promise<T>;
}

/** Opens the list. It tells two tabs that refresh at once from somebody who comes with a token after its owner did. */
export function createRefreshesUnderWay(clock: () => Date): RefreshesUnderWay {
  const underWay = new Map<string, number>();
  return {
    async run(token, exchange) {
      const key = hashOf(token);
      const others = underWay.get(key) ?? 0;
      underWay.set(key, others + 1);
      try {
        return await exchange({ at: clock(), isParallel: others > 0 });
      } finally {
        const left = (underWay.get(key) ?? 1) - 1;
        if (left > 0) {
          underWay.set(key, left);
        } else {
          underWay.delete(key);
        }
      }
    },
  };
}
