import type { StoredResource } from '../fhir/index.ts';
import type { FhirAnswer } from './fhir-request.ts';

/** A link of a Bundle. */
export interface BundleLink {
  readonly relation: 'self' | 'next' | 'first' | 'previous';
  readonly url: string;
}

function opening(type: string, links: readonly BundleLink[], total: number | undefined, timestamp?: Date): string {
  const parts = ['{"resourceType":"Bundle"', `"type":"${type}"`];
  if (timestamp) {
    parts.push(`"timestamp":"${timestamp.toISOString()}"`);
  }
  if (total !== undefined) {
    parts.push(`"total":${total}`);
  }
  if (links.length > 0) {
    parts.push(`"link":${JSON.stringify(links)}`);
  }
  return parts.join(',');
}

function bundle(head: string, entries: readonly string[]): string {
  return entries.length > 0 ? `${head},"entry":[${entries.join(',')}]}` : `${head}}`;
}

/** A searchset put together from texts, nothing parsed. @see https://hl7.org/fhir/R4/bundle.html#searchset */
export function searchsetText(page: {
  readonly links: readonly BundleLink[];
  readonly total?: number;
  readonly baseUrl: string;
  readonly entries: readonly {
    readonly stored: StoredResource;
    readonly mode: string;
    readonly text: string;
    /** Set when what is shown lies within `stored`. */
    readonly contained?: { readonly id?: string };
  }[];
  /** OperationOutcome about the search itself. */
  readonly warning?: string;
}): string {
  const entries = page.entries.map(
    ({ stored, mode, text, contained }) =>
      `{"fullUrl":"${page.baseUrl}${stored.type}/${stored.id}${fragment(contained)}","resource":${text},"search":{"mode":"${mode}"}}`,
  );
  if (page.warning) {
    entries.push(`{"resource":${page.warning},"search":{"mode":"outcome"}}`);
  }
  return bundle(opening('searchset', page.links, page.total), entries);
}

const fragment = (contained: { readonly id?: string } | undefined): string =>
  contained?.id === undefined ? '' : `#${encodeURIComponent(contained.id)}`;

/** A history Bundle, each version with the request that made it. @see https://hl7.org/fhir/R4/http.html#history */
export function historyText(page: {
  readonly links: readonly BundleLink[];
  readonly baseUrl: string;
  readonly versions: readonly { readonly stored: StoredResource; readonly text: string }[];
}): string {
  const entries = page.versions.map(({ stored, text }) => {
    const method = stored.deleted ? 'DELETE' : stored.version === 1 ? 'POST' : 'PUT';
    const url = stored.version === 1 ? stored.type : `${stored.type}/${stored.id}`;
    const status = stored.deleted ? '204' : stored.version === 1 ? '201' : '200';
    const resource = stored.deleted ? '' : `"resource":${text},`;
    return `{"fullUrl":"${page.baseUrl}${stored.type}/${stored.id}",${resource}"request":{"method":"${method}","url":"${url}"},"response":{"status":"${status}","etag":"W/\\"${stored.version}\\"","lastModified":"${stored.lastUpdated.toISOString()}"}}`;
  });
  return bundle(opening('history', page.links, undefined), entries);
}

/** Reason phrases of the statuses that entries end with. */
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The entry of a batch or transaction answer. */
export function responseEntryText(answer: FhirAnswer): string {
  const headers = answer.headers ?? {};
  const response = JSON.stringify({
    status: `${answer.status} ${REASONS[answer.status] ?? ''}`.trim(),
    location: headers.Location,
    etag: headers.ETag,
    lastModified: headers['Last-Modified'] && new Date(headers['Last-Modified']).toISOString(),
  });
  const body = typeof answer.body === 'string' && answer.body.startsWith('{') ? answer.body : undefined;
  if (body === undefined) {
    return `{"response":${response}}`;
  }
  if (answer.status >= 400 || body.startsWith('{"resourceType":"OperationOutcome"')) {
    return `{"response":${response.slice(0, -1)},"outcome":${body}}}`;
  }
  return `{"resource":${body},"response":${response}}`;
}

/** The Bundle that answers a batch or a transaction. */
export function responseBundleText(
  type: 'batch-response' | 'transaction-response',
  entries: readonly string[],
): string {
  return bundle(opening(type, [], undefined), entries);
}
