import type { Bundle, BundleEntry } from '@medplum/fhirtypes';
import {
  type BundleItem,
  type EntryResult,
  patchBody,
  readBundle,
  readEntry,
  responseType,
} from '../../repository/index.ts';
import { responseBundleText, responseEntryText } from '../bundle-text.ts';
import { type Exchange, type Interaction, locationOf } from '../exchange.ts';
import { type FhirAnswer, type FhirRequest, preferences } from '../fhir-request.ts';
import { outcomeAnswer } from '../outcome-answer.ts';
import { deferBundle } from './defer-bundle.ts';
import { patched, written } from './write.ts';

/** Entries of a batch that are under way at once. */
const PARALLEL = 8;

function requestOf(item: BundleItem, outer: FhirRequest): FhirRequest {
  const [path = '', query = ''] = item.url.split(/\?(.*)/s);
  const headers = {
    'x-medplum': outer.headers['x-medplum'],
    prefer: outer.headers.prefer,
    ...(item.ifMatch !== undefined && { 'if-match': `W/"${item.ifMatch}"` }),
    ...(item.ifNoneMatch !== undefined && { 'if-none-match': item.ifNoneMatch }),
    ...(item.ifNoneExist !== undefined && { 'if-none-exist': item.ifNoneExist }),
    ...(item.ifModifiedSince !== undefined && { 'if-modified-since': item.ifModifiedSince }),
  };
  const body = item.method === 'PATCH' && item.resource ? patchBody(item.resource) : item.resource;
  return {
    method: item.method,
    path: path.replace(/\/+$/, ''),
    query: new URLSearchParams(query),
    headers,
    body,
    contentType: body === undefined ? undefined : 'application/fhir+json',
  };
}

/** Several entries are under way at once; those of one URL, which may be one resource, follow each other. */
async function batch(exchange: Exchange): Promise<FhirAnswer> {
  const { request, services } = exchange;
  const bundle = readBundle(request.body, services.maxBundleEntries);
  const entries = bundle.entry ?? [];
  const answers = new Array<string>(entries.length);
  const last = new Map<string, Promise<FhirAnswer>>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < entries.length; index = next++) {
      const entry = entries[index] as BundleEntry;
      const url = String(entry?.request?.url);
      const before = last.get(url);
      const answer = before
        ? before.then(() => batchEntry(exchange, entry, index))
        : batchEntry(exchange, entry, index);
      last.set(url, answer);
      answers[index] = responseEntryText(await answer);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, entries.length) }, worker));
  return { status: 200, body: responseBundleText(responseType(bundle), answers) };
}

/** The answer to one entry; HEAD has no body. */
async function entryOf(exchange: Exchange, item: BundleItem): Promise<FhirAnswer> {
  const answer = await exchange.dispatch({
    ...exchange,
    routed: undefined,
    request: requestOf(item, exchange.request),
  });
  return item.method === 'HEAD' && answer.status < 400 ? { ...answer, body: undefined } : answer;
}

async function batchEntry(exchange: Exchange, entry: BundleEntry, index: number): Promise<FhirAnswer> {
  const { services, context } = exchange;
  try {
    return await entryOf(exchange, readEntry(entry, index, services.fhirUrl));
  } catch (error) {
    return outcomeAnswer(error, context.requestId, services.reportFailure);
  }
}

const STATUS = { created: 201, updated: 200, unchanged: 200 } as const;

async function entryAnswer(exchange: Exchange, result: EntryResult, isPatch: boolean): Promise<FhirAnswer> {
  if (result.outcome === 'read') {
    return result.read as FhirAnswer;
  }
  const { stored } = result;
  if (!stored || result.outcome === 'deleted') {
    return { status: 204, headers: stored ? { ETag: `W/"${stored.version}"` } : {} };
  }
  const answer = await (isPatch ? patched : written)(exchange, stored, STATUS[result.outcome]);
  return { ...answer, headers: { ...answer.headers, Location: locationOf(exchange, stored) } };
}

async function transaction(exchange: Exchange): Promise<FhirAnswer> {
  const { request, services, repository } = exchange;
  const results = await repository.transaction(request.body, {
    baseUrl: services.fhirUrl,
    maxEntries: services.maxBundleEntries,
    read: (inside, item) => entryOf({ ...exchange, repository: inside }, item),
  });
  const methods = (request.body as Bundle).entry?.map((entry) => entry.request?.method) ?? [];
  const answers = await Promise.all(results.map((one, n) => entryAnswer(exchange, one, methods[n] === 'PATCH')));
  const entries = answers.map(responseEntryText);
  return { status: 200, body: responseBundleText('transaction-response', entries) };
}

/** POST [base] with a Bundle of type batch or transaction. @see https://hl7.org/fhir/R4/http.html#transaction */
export const bundle: Interaction = async (exchange) => {
  if (preferences(exchange.request.headers).respondAsync) {
    return deferBundle(exchange);
  }
  return carryOutBundle(exchange);
};

/** Carries a Bundle out while the caller waits. */
export function carryOutBundle(exchange: Exchange): Promise<FhirAnswer> {
  const type = (exchange.request.body as { type?: unknown } | undefined)?.type;
  return type === 'transaction' ? transaction(exchange) : batch(exchange);
}
