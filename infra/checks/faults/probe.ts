import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** What one write ended with, and what was said about it. */
interface Probe {
  readonly at: number;
  readonly ms: number;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly retryAfter: boolean;
  /** Does the server say that it is ready? */
  readonly ready: boolean;
}

/** What writes saw during a fault and after it. */
export interface Seen {
  /** Statuses with how often each was seen. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers that were neither a success nor 503 with Retry-After. */
  readonly wrong: readonly string[];
  /** Longest time that one write took, in ms. */
  readonly slowestMs: number;
  /** Time from the end of the fault to the first success after which all succeed, in ms. */
  readonly healedMs: number;
}

/** Writes at a steady pace for as long as it is let. */
export interface Prober {
  /** Ids of what the server has acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  stop(): Promise<void>;
  /** Judges what was seen from `from` on, when the fault ended at `ended` (both of Date.now()). */
  seen(from: number, ended: number): Seen;
}

const PACE_MS = 100;
/** No answer may take longer, fault or not, in ms. */
const PATIENCE_MS = 45_000;

/** Starts writing: one Patient under an id of our own every tenth of a second, whether the last is answered or not. */
export function startProber(base: string, bearer: string): Prober {
  const probes: Probe[] = [];
  const acknowledged = new Set<string>();
  const under = new Set<Promise<void>>();
  let going = true;
  const one = async (): Promise<void> => {
    const at = Date.now();
    const id = randomUUID();
    const [answer, ready] = await Promise.all([
      put(base, bearer, id),
      statusOf(`${base}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) }),
    ]);
    if (answer.status === 201) {
      acknowledged.add(id);
    }
    probes.push({ at, ms: Date.now() - at, ...answer, ready: ready.status === 200 });
  };
  const loop = (async () => {
    for (; going; await sleep(PACE_MS)) {
      const probe = one().finally(() => under.delete(probe));
      under.add(probe);
    }
  })();
  return {
    acknowledged,
    async stop() {
      going = false;
      await loop;
      await Promise.all(under);
    },
    seen: (from, ended) =>
      judged(
        probes.filter(({ at }) => at >= from),
        ended,
      ),
  };
}

function put(base: string, bearer: string, id: string): Promise<{ status: number; retryAfter: boolean }> {
  return statusOf(`${base}/fhir/R4/Patient/${id}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/fhir+json', prefer: 'return=minimal' },
    body: JSON.stringify({ resourceType: 'Patient', id }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

async function statusOf(url: string, init: RequestInit): Promise<{ status: number; retryAfter: boolean }> {
  try {
    const answer = await fetch(url, init);
    await answer.arrayBuffer();
    return { status: answer.status, retryAfter: answer.headers.has('retry-after') };
  } catch {
    return { status: 0, retryAfter: false };
  }
}

function judged(probes: readonly Probe[], ended: number): Seen {
  const statuses: Record<string, number> = {};
  const wrong: string[] = [];
  for (const { status, retryAfter, at } of probes) {
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status !== 201 && !(status === 503 && retryAfter)) {
      wrong.push(`${status} after ${((at - (probes[0]?.at ?? at)) / 1000).toFixed(1)} s`);
    }
  }
  const lastRefused = probes.findLast(({ status }) => status !== 201);
  return {
    statuses,
    wrong,
    slowestMs: Math.max(0, ...probes.map(({ ms }) => ms)),
    healedMs: lastRefused ? Math.max(0, lastRefused.at + PACE_MS - ended) : 0,
  };
}
