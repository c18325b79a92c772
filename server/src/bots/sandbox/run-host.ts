import { randomBytes } from 'node:crypto';
import { type Cassette, type CassetteCall, comparable, packCassette } from './cassette.ts';
import type { HostFetch, Reach } from './host-fetch.ts';

/** What a run waits for and what it cannot decide by itself; live, or from a recording. */
export interface RunHost {
  readonly startedAt: number;
  readonly seed: string;
  /** Takes a request as JSON and gives the answer as JSON with the run's clock in it. Rejects when it may not be made. */
  fetch(reach: Reach, request: string): Promise<string>;
  /** Waits, and gives the run's clock as JSON. */
  sleep(ms: number): Promise<string>;
  /** Told when the code has seen the answer of that number: only then is its place among the answers known. */
  seen(answer: number): void;
  random(count: number): string;
}

/** An answer with its number and the time at which it came: the clock of a run stands still between its waits. */
export function withClock(answerJson: string, now: number, number: number): string {
  const head = `{"now":${now},"answer":${number}`;
  return answerJson === '{}' ? `${head}}` : `${head},${answerJson.slice(1)}`;
}

const MOST_RANDOM = 1000;
const MOST_MS = 600_000;

/** Calls for real, and records what came of it up to a size. */
export class RecordingHost implements RunHost {
  readonly startedAt = Date.now();
  readonly seed = randomBytes(16).toString('hex');
  private readonly client: HostFetch;
  private readonly cassette: Cassette;
  private left: number;
  private seenCount = 0;

  constructor(client: HostFetch, mostBytes: number) {
    this.client = client;
    this.left = mostBytes;
    this.cassette = { startedAt: this.startedAt, seed: this.seed, random: [], calls: [] };
  }

  async fetch(reach: Reach, request: string): Promise<string> {
    const number = this.note({ kind: 'fetch', request: this.left > 0 ? comparable(request) : '' });
    const answer = await this.client.send(reach, request).catch(failed);
    return this.answered(number, withClock(answer, Date.now(), number));
  }

  async sleep(ms: number): Promise<string> {
    const number = this.note({ kind: 'sleep', request: String(ms) });
    await new Promise((resolve) => setTimeout(resolve, Math.min(ms, MOST_MS)));
    return this.answered(number, withClock('{}', Date.now(), number));
  }

  seen(answer: number): void {
    const call = this.cassette.calls[answer];
    if (call !== undefined) {
      call.order ??= this.seenCount++;
    }
  }

  random(count: number): string {
    const bytes = randomBytes(Math.min(65_536, count)).toString('latin1');
    this.left -= this.cassette.random.length < MOST_RANDOM ? bytes.length : this.left;
    if (this.left > 0) {
      this.cassette.random.push(bytes);
    }
    return bytes;
  }

  /** The recording, packed; undefined when the run was larger than it may be. */
  recording(): string | undefined {
    return this.left > 0 ? packCassette(this.cassette) : undefined;
  }

  /** Notes a call; gives its number. */
  private note(call: CassetteCall): number {
    this.left -= call.request.length;
    return this.left > 0 ? this.cassette.calls.push(call) - 1 : -1;
  }

  private answered(number: number, answer: string): string {
    this.left -= answer.length;
    const call = this.cassette.calls[number];
    if (call !== undefined && this.left > 0) {
      call.answer = answer;
    }
    return answer;
  }
}

function failed(error: unknown): string {
  return JSON.stringify({ error: error instanceof Error ? error.message : 'The request failed' });
}
