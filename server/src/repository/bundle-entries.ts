import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import { FhirError, type Issue, invalid, isFhirId, tooLarge } from '../fhir/index.ts';

/** One entry of a batch or transaction, its URL taken apart. */
export interface BundleItem {
  /** Position in Bundle.entry. */
  readonly index: number;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** URL as given, without a leading slash or our own base. */
  readonly url: string;
  readonly type?: string;
  readonly id?: string;
  /** Query string of the URL. */
  readonly criteria?: string;
  readonly fullUrl?: string;
  readonly resource?: Resource;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifNoneExist?: string;
  readonly ifModifiedSince?: string;
}

const CONDITIONS = ['ifMatch', 'ifNoneMatch', 'ifNoneExist', 'ifModifiedSince'] as const;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

const KNOWN_TYPE = /^(?:document|message|searchset|history|collection|(?:batch|transaction)-response)$/;

/** `W/"3"` or `"3"` → `3`. */
export function etagVersion(value: string | undefined): string | undefined {
  return value === undefined ? undefined : (/^\s*(?:W\/)?"([^"]*)"\s*$/.exec(value)?.[1] ?? value);
}

/** Reads a Bundle of type batch or transaction. @throws FhirError 400, 413. */
export function readBundle(body: unknown, maxEntries: number): Bundle {
  const bundle = body as Bundle | undefined;
  if (bundle?.resourceType !== 'Bundle' || (bundle.type !== 'batch' && bundle.type !== 'transaction')) {
    const isBundle = bundle?.resourceType === 'Bundle';
    const found = isBundle
      ? `a Bundle of ${KNOWN_TYPE.test(String(bundle.type)) ? `type ${bundle.type}` : 'no such type'}`
      : 'none';
    const text = `The body must be a Bundle of type batch or transaction; found ${found}`;
    throw invalid('bundle-type', text, isBundle ? 'Bundle.type' : 'resourceType');
  }
  const entries: unknown = bundle.entry ?? [];
  if (!Array.isArray(entries)) {
    throw invalid('structure-type', 'Bundle.entry must be an array', 'Bundle.entry');
  }
  if (entries.length > maxEntries) {
    throw tooLarge(
      'bundle-entries',
      `The Bundle has ${entries.length} entries; at most ${maxEntries} are taken at once`,
    );
  }
  return bundle;
}

function entryError(index: number, key: string, text: string, element = 'request'): FhirError {
  return invalid(key, `Entry ${index}: ${text}`, `Bundle.entry[${index}].${element}`);
}

function relativeUrl(url: string, baseUrl: string): string {
  const relative = url.startsWith(baseUrl) ? url.slice(baseUrl.length) : url;
  return relative.replace(/^\/+/, '');
}

/** Takes one entry apart. @throws FhirError 400 that names the entry. */
export function readEntry(entry: BundleEntry, index: number, baseUrl: string): BundleItem {
  const request = entry?.request as Record<string, string | undefined> | undefined;
  if (!request || typeof request.method !== 'string' || !METHODS.has(request.method)) {
    throw entryError(index, 'entry-method', `request.method must be one of ${[...METHODS].join(', ')}`);
  }
  if (typeof request.url !== 'string') {
    throw entryError(index, 'entry-url', 'request.url is missing');
  }
  const odd = CONDITIONS.find((name) => request[name] !== undefined && typeof request[name] !== 'string');
  if (odd !== undefined) {
    throw entryError(index, 'entry-condition', `request.${odd} must be a string`);
  }
  if (entry.fullUrl !== undefined && typeof entry.fullUrl !== 'string') {
    throw entryError(index, 'entry-full-url', 'fullUrl must be a string', 'fullUrl');
  }
  const method = request.method as BundleItem['method'];
  const url = relativeUrl(request.url, baseUrl);
  const [path = '', criteria] = splitOnce(url, '?');
  const [type, id, ...rest] = path.split('/');
  if (rest.length > 0 && (method === 'PUT' || method === 'PATCH' || method === 'DELETE') && !path.includes('$')) {
    throw entryError(index, 'entry-url', `${method} takes [type]/[id] or [type]?[criteria] in request.url`);
  }
  if (type && id && !id.startsWith('$') && !id.startsWith('_') && !isFhirId(id)) {
    throw entryError(index, 'entry-url', 'the id in request.url is not a FHIR id');
  }
  const needsNone = path.includes('$') || path.endsWith('_search');
  if ((method === 'POST' || method === 'PUT' || method === 'PATCH') && !entry.resource && !needsNone) {
    throw entryError(index, 'entry-resource', `${method} needs a resource`, 'resource');
  }
  return {
    index,
    method,
    url,
    type: type || undefined,
    id: id || undefined,
    criteria: criteria || undefined,
    fullUrl: entry.fullUrl,
    resource: entry.resource,
    ifMatch: etagVersion(request.ifMatch),
    ifNoneMatch: request.ifNoneMatch,
    ifModifiedSince: request.ifModifiedSince,
    ifNoneExist: request.ifNoneExist?.replace(/^[^?]*\?/, ''),
  };
}

/** @throws FhirError 400 when two writes go by one fullUrl: a reference to it would have two meanings. */
export function assertFullUrls(items: readonly BundleItem[]): void {
  const seen = new Map<string, number>();
  for (const { fullUrl, index } of items) {
    const first = fullUrl === undefined ? undefined : seen.get(fullUrl);
    if (first !== undefined) {
      throw entryError(index, 'entry-full-url', `fullUrl is that of entry ${first} too`, 'fullUrl');
    }
    if (fullUrl !== undefined) {
      seen.set(fullUrl, index);
    }
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The same error, said of one entry of a transaction. */
export function atEntry(index: number, error: unknown): unknown {
  if (!(error instanceof FhirError)) {
    return error;
  }
  const issues: Issue[] = error.outcome.issue.map((issue) => ({
    severity: issue.severity,
    code: issue.code,
    key: issue.details?.coding?.[0]?.code,
    text: `Entry ${index}: ${issue.details?.text ?? issue.code}`,
    expression: issue.expression?.[0]
      ? issue.expression[0].replace(/^[A-Z][A-Za-z]*/, `Bundle.entry[${index}].resource`)
      : `Bundle.entry[${index}]`,
  }));
  return new FhirError(error.status, issues, error.outcome.id);
}

/** A patch inside a Bundle is a Parameters resource, or JSON Patch carried by a Binary. @throws FhirError 400 */
export function patchBody(resource: Resource): unknown {
  if (resource.resourceType !== 'Binary') {
    return resource;
  }
  try {
    return JSON.parse(Buffer.from(resource.data ?? '', 'base64').toString('utf8')) as unknown;
  } catch {
    throw invalid('patch-format', 'Binary.data must hold a JSON Patch document', 'Binary.data');
  }
}
