import type { MedplumClient } from '@medplum/core';
import type {
  Bundle,
  BundleEntry,
  OperationOutcome,
  OperationOutcomeIssue,
  Resource,
  ResourceType,
} from '@medplum/fhirtypes';
import { BotError } from './bot-error.ts';

/** The part of MedplumClient that the kit needs. */
export type BatchClient = Pick<MedplumClient, 'executeBatch'>;

/** One read of a batch: what it gave, or why it gave nothing. */
export interface ReadResult {
  readonly url: string;
  /** HTTP status of the entry. */
  readonly status: number;
  /** The resource read, or the matches of the search. */
  readonly resources: readonly Resource[];
  /** `Bundle.total` of a search. */
  readonly total?: number;
}

/** Sends many reads and searches as one request. Gives the results in the order of the urls. */
export async function readBatch(client: BatchClient, urls: readonly string[]): Promise<ReadResult[]> {
  if (urls.length === 0) {
    return [];
  }
  const entry: BundleEntry[] = urls.map((url) => ({ request: { method: 'GET', url } }));
  const response = await client.executeBatch({ resourceType: 'Bundle', type: 'batch', entry });
  return urls.map((url, i) => readResult(url, response.entry?.[i]));
}

function readResult(url: string, entry: BundleEntry | undefined): ReadResult {
  const status = statusOf(entry);
  const resource = entry?.resource;
  if (status >= 400 || !resource || resource.resourceType === 'OperationOutcome') {
    return { url, status, resources: [] };
  }
  if (resource.resourceType !== 'Bundle') {
    return { url, status, resources: [resource] };
  }
  const resources = (resource.entry ?? []).flatMap((each) => (each.resource ? [each.resource] : []));
  return { url, status, resources, total: resource.total };
}

/** HTTP status of a response entry; 500 when the server gave none. */
export function statusOf(entry: BundleEntry | undefined): number {
  const status = Number.parseInt(entry?.response?.status ?? '', 10);
  return Number.isNaN(status) ? 500 : status;
}

/** The resources of one type among results. */
export function ofType<K extends ResourceType>(
  resources: readonly Resource[],
  type: K,
): Extract<Resource, { resourceType: K }>[] {
  return resources.filter((each): each is Extract<Resource, { resourceType: K }> => each.resourceType === type);
}

/**
 * Sends writes as one transaction: all or nothing. Gives the response entries. Throws BotError when the server refused,
 * marked retryable when another writer was faster or the server was busy.
 */
export async function writeTransaction(client: BatchClient, entry: BundleEntry[]): Promise<BundleEntry[]> {
  const response = await sent(client, { resourceType: 'Bundle', type: 'transaction', entry });
  const entries = response.entry ?? [];
  const refused = entries.findIndex((each) => statusOf(each) >= 400);
  if (refused >= 0) {
    const status = statusOf(entries[refused]);
    const retryable = status === 409 || status === 412 || status >= 500;
    throw new BotError('transaction-refused', `The server refused entry ${refused} of the transaction: ${status}.`, {
      retryable,
    });
  }
  return entries;
}

async function sent(client: BatchClient, bundle: Bundle): Promise<Bundle> {
  try {
    return await client.executeBatch(bundle);
  } catch (error) {
    const { code, details, expression } = firstIssue(error) ?? {};
    const retryable = code === undefined || RETRYABLE.has(code);
    const why = [code ?? 'no answer', details?.coding?.[0]?.code, expression?.[0]].filter(Boolean).join(', ');
    const reason = `The server refused the transaction: ${why}.`;
    throw new BotError('transaction-refused', reason, { retryable });
  }
}

/** `login`: the token of this run has ended; the next run gets one of its own. */
const RETRYABLE = new Set([
  'conflict',
  'lock-error',
  'transient',
  'throttled',
  'timeout',
  'duplicate',
  'exception',
  'login',
]);

/** Known by its shape, not by its class: a host may carry another copy of the client library than the bundle. */
function isOperationOutcome(value: unknown): value is OperationOutcome {
  return typeof value === 'object' && value !== null && 'issue' in value && Array.isArray(value.issue);
}

/** The first issue of the OperationOutcome that an error carries; undefined when it carries none. Its text may name people. */
function firstIssue(error: unknown): Partial<OperationOutcomeIssue> | undefined {
  const outcome = typeof error === 'object' && error !== null && 'outcome' in error ? error.outcome : undefined;
  return isOperationOutcome(outcome) ? (outcome.issue[0] ?? { code: 'processing' }) : undefined;
}

/** Id that a transaction gave to its first entry of a type; undefined when the response names none. */
export function createdId(entries: readonly BundleEntry[], type: ResourceType): string | undefined {
  for (const { resource, response } of entries) {
    const id = resource?.resourceType === type ? resource.id : locationId(response?.location, type);
    if (id) {
      return id;
    }
  }
  return undefined;
}

function locationId(location: string | undefined, type: ResourceType): string | undefined {
  const [, id] = new RegExp(`(?:^|/)${type}/([A-Za-z0-9.-]{1,64})`).exec(location ?? '') ?? [];
  return id;
}
