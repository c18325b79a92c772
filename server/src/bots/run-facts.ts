import { z } from 'zod';
import { type CassetteCall, unpackCassette } from './sandbox/cassette.ts';

/** A request that a run made: its address without the query, which may name people. */
export interface RunCall {
  readonly method: string;
  readonly path: string;
  /** Status of the answer; absent when there was none. */
  readonly status?: number;
}

/** What a recording tells of a run, without anything that a record says. */
export interface RunFacts {
  /** The clock of the run at its start. */
  readonly startedAt: Date;
  /** Versioned references of what it read. */
  readonly read: readonly string[];
  /** Versioned references of what it wrote; a deleted resource without a version. */
  readonly written: readonly string[];
  readonly calls: readonly RunCall[];
}

const requestSchema = z.object({ method: z.string(), url: z.string(), text: z.string().optional() });
const answerSchema = z.object({ status: z.number().optional(), text: z.string().optional() });
const versionedSchema = z.object({
  resourceType: z.string(),
  id: z.string(),
  meta: z.object({ versionId: z.string() }),
});
const bundleSchema = z.object({
  resourceType: z.literal('Bundle'),
  entry: z.array(
    z.object({
      resource: z.unknown().optional(),
      request: z.object({ method: z.string(), url: z.string() }).optional(),
      response: z.object({ status: z.string(), location: z.string().optional() }).optional(),
    }),
  ),
});

const LOCATION = /([A-Z]\w+\/[A-Za-z0-9\-.]{1,64}\/_history\/[\w\-.]+)$/;

/** Reads off a recording which versions a run read and wrote, and what it called. */
export function runFacts(recording: string): RunFacts {
  const { startedAt, calls } = unpackCassette(recording);
  const read = new Set<string>();
  const written = new Set<string>();
  const made = calls.filter(({ kind }) => kind === 'fetch').map((call) => noteCall(call, read, written));
  return { startedAt: new Date(startedAt), read: [...read], written: [...written], calls: made };
}

function noteCall(call: CassetteCall, read: Set<string>, written: Set<string>): RunCall {
  const { method, url, text } = requestSchema.parse(JSON.parse(call.request));
  const { status, text: answerText } = answerSchema.parse(JSON.parse(call.answer ?? '{}'));
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  const upper = method.toUpperCase();
  if (status !== undefined && status < 300) {
    const answer = parsed(answerText);
    const asked = bundleSchema.safeParse(parsed(text));
    if (upper === 'POST' && asked.success) {
      noteBundle(asked.data, answer, read, written);
    } else if (upper === 'DELETE') {
      written.add(path.split('/').slice(-2).join('/'));
    } else {
      noteResource(answer, upper === 'GET' || path.endsWith('/_search') ? read : written);
    }
  }
  return { method: upper, path, ...(status !== undefined && { status }) };
}

/** A batch or transaction: what became of each entry stands at its place in the answer. */
function noteBundle(
  asked: z.output<typeof bundleSchema>,
  answer: unknown,
  read: Set<string>,
  written: Set<string>,
): void {
  const answered = bundleSchema.safeParse(answer);
  for (const [i, entry] of asked.entry.entries()) {
    const given = answered.data?.entry[i];
    const method = entry.request?.method ?? 'GET';
    if (method === 'GET') {
      noteResource(given?.resource, read);
    } else if (given?.response?.status.startsWith('2')) {
      const location = LOCATION.exec(given.response.location ?? '')?.[1];
      noteReference(location ?? (method === 'DELETE' ? entry.request?.url : undefined), written);
    }
  }
}

function noteResource(value: unknown, into: Set<string>): void {
  const bundle = bundleSchema.safeParse(value);
  for (const { resource } of bundle.data?.entry ?? []) {
    noteResource(resource, into);
  }
  const one = versionedSchema.safeParse(value);
  noteReference(one.data && `${one.data.resourceType}/${one.data.id}/_history/${one.data.meta.versionId}`, into);
}

function noteReference(reference: string | undefined, into: Set<string>): void {
  if (reference !== undefined) {
    into.add(reference);
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
