import type { Queryable } from '../database/index.ts';
import type { RateLimits } from './rate-limits.ts';
import { type RateUse, shareUse, type ToldUse } from './rate-use.ts';

/** Who sends a request, as far as limits go. */
export interface RateSubject {
  readonly tenant: number;
  /** Reference of the person; undefined for clients and bots. */
  readonly user?: string;
  /** Id of the client, or reference of the bot. */
  readonly client?: string;
  readonly limits: RateLimits;
}

/** How a request stands to its limits. */
export interface RateVerdict {
  /** @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
  readonly headers: Readonly<Record<string, string>>;
  readonly isOver: boolean;
  /** Counts what else the same request asks for, such as further entries of a Bundle. */
  readonly charge: (more: number) => RateVerdict | undefined;
}

/** Counts requests by the minute; in memory, so that a request costs a few look-ups and no statement. */
export interface RateLimiter {
  /** Counts interactions, of which all fit into the limits or none is counted. Undefined where no limit is set. */
  take(subject: RateSubject, count?: number): RateVerdict | undefined;
  /** Tells the other processes once of what was used here. */
  share(): Promise<void>;
  start(): void;
  stop(): void;
}

export interface RateLimiterDependencies {
  readonly database: Queryable;
  readonly clock: () => Date;
  readonly log: (worker: string, error: unknown) => void;
}

type Kind = keyof RateLimits;

interface Counted {
  readonly kind: Kind;
  readonly limit: number;
  readonly use: RateUse;
}

const WINDOW_SECONDS = 60;
const WINDOW_MS = WINDOW_SECONDS * 1000;
const SHARE_MS = 1000;
/** Part of a limit below which use is nobody else's business: quiet traffic writes nothing. */
const TELL_PART = 0.02;
/** Part of a limit after which the others are told at once: a burst through many processes goes over by little. */
const HURRY_PART = 0.1;

/** Opens the limiter of one process. */
export function createRateLimiter({ database, clock, log }: RateLimiterDependencies): RateLimiter {
  const uses = new Map<string, ToldUse & { limit: number }>();
  let minute = 0;
  let timer: NodeJS.Timeout | undefined;
  let sharing = false;

  function useOf(tenant: number, subject: string, limit: number): RateUse {
    const key = `${tenant} ${subject}`;
    let found = uses.get(key);
    if (!found) {
      found = { tenant, subject, limit, use: { used: 0, untold: 0 } };
      uses.set(key, found);
    }
    return found.use;
  }

  function counted({ tenant, user, client, limits }: RateSubject): Counted[] {
    const list: Counted[] = [];
    const add = (kind: Kind, subject: string): void => {
      const limit = limits[kind];
      if (limit > 0) {
        list.push({ kind, limit, use: useOf(tenant, subject, limit) });
      }
    };
    add('tenant', 'tenant');
    if (user !== undefined) {
      add('user', `user ${user}`);
    }
    if (client !== undefined) {
      add('client', `client ${client}`);
    }
    return list;
  }

  async function share(): Promise<void> {
    const told = [...uses.values()].filter(({ use, limit }) => use.untold > 0 && use.used >= limit * TELL_PART);
    if (told.length > 0) {
      await shareUse(database, minute, told);
    }
  }

  function shareNow(): void {
    if (sharing) {
      return;
    }
    sharing = true;
    share()
      .catch((error: unknown) => log('rate-limits', error))
      .finally(() => {
        sharing = false;
      });
  }

  function take(subject: RateSubject, count = 1): RateVerdict | undefined {
    const now = clock().getTime();
    const current = Math.floor(now / WINDOW_MS);
    if (current !== minute) {
      minute = current;
      uses.clear();
    }
    const list = counted(subject);
    if (list.length === 0) {
      return undefined;
    }
    const isOver = list.some(({ use, limit }) => use.used + count > limit);
    for (const { use } of isOver ? [] : list) {
      use.used += count;
      use.untold += count;
    }
    if (timer && !isOver && list.some(({ use, limit }) => use.untold >= limit * HURRY_PART)) {
      shareNow();
    }
    const headers = headersOf(list, WINDOW_SECONDS - Math.floor((now % WINDOW_MS) / 1000), isOver);
    return { headers, isOver, charge: (more) => take(subject, more) };
  }

  return {
    take,
    share,
    start() {
      timer = setInterval(shareNow, SHARE_MS).unref();
    },
    stop: () => clearInterval(timer),
  };
}

const left = ({ use, limit }: Counted): number => Math.max(0, limit - use.used);

/** Every policy, and of them the one that is nearest to its end. */
function headersOf(list: readonly Counted[], seconds: number, isOver: boolean): Record<string, string> {
  const nearest = list.reduce((a, b) => (left(b) / b.limit < left(a) / a.limit ? b : a));
  return {
    'RateLimit-Policy': list.map(({ kind, limit }) => `"${kind}";q=${limit};w=${WINDOW_SECONDS}`).join(', '),
    RateLimit: `"${nearest.kind}";r=${left(nearest)};t=${seconds}`,
    ...(isOver && { 'Retry-After': String(seconds) }),
  };
}
