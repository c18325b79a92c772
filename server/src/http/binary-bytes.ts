import type { IncomingHttpHeaders } from 'node:http';
import { outcomeOf, type StoredResource } from '../fhir/index.ts';
import { binaryData, byteLength, bytesOf } from './binary-data.ts';
import { byteRange, type Representation } from './byte-range.ts';
import { type FhirAnswer, header } from './fhir-request.ts';
import { lettingGo } from './pieces.ts';

/** Types that a browser may show by itself; whatever else is a download. None of them runs scripts. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|bmp)|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf|text\/plain)$/;

/** Bytes that are sent in one piece. */
const MOST_AT_ONCE = 262_144;

/**
 * The bytes of one version of a Binary, or the part of them that is asked for. Their ETag is strong, since the bytes of a
 * version never change. `reopen` reads the same version again, for a reader so slow that it was let go.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
export function binaryAnswer(
  stored: StoredResource,
  requested: IncomingHttpHeaders,
  reopen: () => Promise<StoredResource>,
): FhirAnswer {
  const { contentType, data } = binaryData(stored.json);
  const there = { length: byteLength(data), etag: `"${stored.version}"`, lastModified: stored.lastUpdated };
  const headers = headersOf(there, contentType);
  if (isKnown(requested, there)) {
    return { status: 304, headers };
  }
  const part = byteRange({ range: header(requested, 'range'), ifRange: header(requested, 'if-range') }, there);
  if (part.kind === 'whole') {
    return { status: 200, headers, contentType, ...bodyOf(data, 0, there.length, reopen) };
  }
  if (part.kind === 'unsatisfiable') {
    const text = `The Binary has ${there.length} bytes; none of them lies in the range`;
    const outcome = outcomeOf([{ severity: 'error', code: 'value', key: 'range', text }]);
    const inside = { ...headers, 'Content-Range': `bytes */${there.length}` };
    return { status: 416, headers: inside, body: JSON.stringify(outcome) };
  }
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${part.first}-${part.last}/${there.length}` },
    contentType,
    ...bodyOf(data, part.first, part.last + 1, reopen),
  };
}

/** The bytes from `from` up to but without `end`, or how to come by them where they are many. */
function bodyOf(
  data: string,
  from: number,
  end: number,
  reopen: () => Promise<StoredResource>,
): Pick<FhirAnswer, 'body' | 'pieces'> {
  if (end - from <= MOST_AT_ONCE) {
    return { body: bytesOf(data, from, end) };
  }
  const text = lettingGo(data, async () => binaryData((await reopen()).json).data);
  return {
    pieces: {
      length: end - from,
      read: async (first, last) => bytesOf(await text(), from + first, from + last),
    },
  };
}

function headersOf({ etag, lastModified }: Representation, contentType: string): Record<string, string> {
  const [type = ''] = contentType.split(';', 1);
  return {
    ETag: etag,
    'Last-Modified': lastModified.toUTCString(),
    'Accept-Ranges': 'bytes',
    'Content-Disposition': SHOWN.test(type.trim().toLowerCase()) ? 'inline' : 'attachment',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
  };
}

/** Does the caller have this very version? A date counts only where no tag is named. */
function isKnown(requested: IncomingHttpHeaders, { etag, lastModified }: Representation): boolean {
  const match = header(requested, 'if-none-match');
  if (match !== undefined) {
    const tags = match.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    return tags.includes(etag) || tags.includes('*');
  }
  return Date.parse(lastModified.toUTCString()) <= Date.parse(header(requested, 'if-modified-since') ?? '');
}
