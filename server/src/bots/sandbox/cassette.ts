import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** One thing that a run waited for: an answer to a request, or time. */
export interface CassetteCall {
  readonly kind: 'fetch' | 'sleep';
  /** The request without what differs from run to run (its headers); milliseconds for a sleep. */
  readonly request: string;
  /** The answer as the sandbox got it. */
  answer?: string;
  /** Place among the answers; absent when the run ended first. */
  order?: number;
}

/** Everything of a run that its code does not decide by itself. */
export interface Cassette {
  /** The clock of the run at its start, in ms since 1970. */
  readonly startedAt: number;
  readonly seed: string;
  readonly random: string[];
  readonly calls: CassetteCall[];
}

/** A request as it is compared: without headers, which hold the token of the run. */
export function comparable(requestJson: string): string {
  const { headers: _ofThisRun, ...request } = JSON.parse(requestJson) as Record<string, unknown>;
  return JSON.stringify(request);
}

/** Packs a cassette as text. */
export function packCassette(cassette: Cassette): string {
  return deflateRawSync(JSON.stringify(cassette), { level: 1 }).toString('base64');
}

/** Unpacks what {@link packCassette} gave. */
export function unpackCassette(text: string): Cassette {
  return JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString('utf8')) as Cassette;
}
