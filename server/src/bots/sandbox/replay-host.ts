import { type Cassette, type CassetteCall, comparable } from './cassette.ts';
import { differingPaths } from './differing-paths.ts';
import type { HostFetch, Reach } from './host-fetch.ts';
import { type RunHost, withClock } from './run-host.ts';

/** How long in ms a run is given to end before an answer that it may not have seen. */
const LAST_MS = 50;

interface Waiting {
  readonly call: CassetteCall;
  readonly resolve: (answer: string) => void;
}

/**
 * Answers a run from a recording: nothing is called, nothing is written. Answers come in the order in which they came then.
 * A call that differs is noted and gets the answer of the recorded call to the same address. With `models`, the model gateway
 * alone is asked for real.
 */
export class ReplayHost implements RunHost {
  readonly startedAt: number;
  readonly seed: string;
  /** What the run did otherwise than the recorded one: addresses and paths of elements, never values. */
  readonly differences: string[] = [];
  private readonly random_: string[];
  private readonly unused: Set<CassetteCall>;
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  /** Number of the answer that was given and not yet seen; the next one follows it. */
  private given: number | undefined;
  private readonly models: HostFetch | undefined;

  constructor(cassette: Cassette, models?: HostFetch) {
    this.models = models;
    this.startedAt = cassette.startedAt;
    this.seed = cassette.seed;
    this.random_ = [...cassette.random];
    this.unused = new Set(cassette.calls);
  }

  async fetch(reach: Reach, request: string): Promise<string> {
    const asked = comparable(request);
    const call = this.take('fetch', (recorded) => recorded === asked) ?? this.takeSimilar(asked);
    if (this.models !== undefined && isModelCall(reach, asked)) {
      return this.askModel(await this.models.send(reach, request), asked, call);
    }
    if (call === undefined) {
      return withClock(JSON.stringify({ error: 'The recording has no answer to this call' }), this.startedAt, -1);
    }
    return this.answer(call);
  }

  /** Gives a reply of today at the turn of the recorded one, and says where they differ. */
  private async askModel(reply: string, asked: string, call: CassetteCall | undefined): Promise<string> {
    if (call === undefined) {
      return withClock(reply, this.startedAt, -1);
    }
    const { now, answer } = JSON.parse(await this.answer(call)) as { now: number; answer: number };
    const paths = differingPaths(bodyOf(call.answer ?? '{}'), bodyOf(reply));
    if (paths.length > 0) {
      this.differences.push(`${addressOf(asked)}: the reply: ${paths.join(', ')}`);
    }
    return withClock(reply, now, answer);
  }

  sleep(ms: number): Promise<string> {
    const call = this.take('sleep', (recorded) => recorded === String(ms));
    if (call === undefined) {
      this.differences.push('a timer that was not recorded');
      return Promise.resolve(withClock('{}', this.startedAt, -1));
    }
    return this.answer(call);
  }

  seen(answer: number): void {
    if (answer === this.given) {
      this.given = undefined;
      this.pump();
    }
  }

  random(count: number): string {
    const bytes = this.random_.shift();
    if (bytes?.length !== count) {
      this.differences.push('randomness that was not recorded');
    }
    return (bytes ?? '').padEnd(count, '\0').slice(0, count);
  }

  /** Says what was recorded and not asked for; to be called at the end. */
  finish(): readonly string[] {
    for (const { kind, request, order } of this.unused) {
      if (kind === 'fetch' && order !== undefined) {
        this.differences.push(`not called: ${addressOf(request)}`);
      }
    }
    return this.differences;
  }

  private take(kind: CassetteCall['kind'], matches: (request: string) => boolean): CassetteCall | undefined {
    for (const call of this.unused) {
      if (call.kind === kind && matches(call.request)) {
        this.unused.delete(call);
        return call;
      }
    }
    return undefined;
  }

  private takeSimilar(asked: string): CassetteCall | undefined {
    const address = addressOf(asked);
    const call = this.take('fetch', (recorded) => addressOf(recorded) === address);
    const paths = call === undefined ? ['not recorded'] : differingPaths(bodyOf(call.request), bodyOf(asked));
    this.differences.push(`${address}: ${paths.join(', ')}`);
    return call;
  }

  private answer(call: CassetteCall): Promise<string> {
    return new Promise((resolve) => {
      if (call.order === undefined) {
        this.giveLast(call.answer, resolve);
        return;
      }
      if (call.order < this.next) {
        resolve(call.answer ?? '{}');
        return;
      }
      this.waiting.set(call.order, { call, resolve });
      this.pump();
    });
  }

  /**
   * An answer of which it is not known that the code saw it: it came as the run ended. It is given when no other is waited for,
   * and after a while, so that a run that ends without it does so here too. None is given that never came.
   */
  private giveLast(answer: string | undefined, resolve: (answer: string) => void): void {
    if (answer !== undefined) {
      const isIdle = (): boolean => this.given === undefined && this.waiting.size === 0;
      setTimeout(() => (isIdle() ? resolve(answer) : this.giveLast(answer, resolve)), LAST_MS);
    }
  }

  /** Gives the answer whose turn it is. One that nobody asks for any more, because the run differs, is passed over. */
  private pump(): void {
    const skip = this.differences.length > 0;
    while (this.given === undefined && this.waiting.size > 0) {
      const found = this.waiting.get(this.next);
      if (found === undefined && !skip) {
        return;
      }
      this.waiting.delete(this.next++);
      if (found !== undefined) {
        this.given = (JSON.parse(found.call.answer ?? '{}') as { answer?: number }).answer;
        found.resolve(found.call.answer ?? '{}');
      }
    }
  }
}

/** Is this a question to the model gateway of this server? */
function isModelCall({ baseUrl }: Reach, request: string): boolean {
  return addressOf(request) === `POST ${new URL('fhir/R4/Bot/$model', baseUrl).href}`;
}

function bodyOf(request: string): unknown {
  const { text } = JSON.parse(request) as { text?: string };
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** Method and path of a request, without the query, which may name people. */
function addressOf(request: string): string {
  const { method, url } = JSON.parse(request) as { method: string; url: string };
  return `${method} ${url.split('?')[0]}`;
}
