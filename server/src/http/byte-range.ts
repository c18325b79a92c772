/** The bytes that are asked for: all of them, a part with both ends included, or a part that is not there. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

/** What of a request decides on the range. */
export interface RangeRequest {
  readonly range?: string;
  readonly ifRange?: string;
}

/** What is there: its length, its strong ETag and when it was last changed. */
export interface Representation {
  readonly length: number;
  readonly etag: string;
  readonly lastModified: Date;
}

const WHOLE: ByteRange = { kind: 'whole' };
const SINGLE = /^bytes=\s*(?:(\d{1,15})\s*-\s*(\d{1,15})?|-\s*(\d{1,15}))\s*$/;

/**
 * Which bytes an answer carries. Several ranges at once, another unit or what cannot be read is answered as a whole, as is a
 * range under an If-Range that no longer holds.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
export function byteRange({ range, ifRange }: RangeRequest, there: Representation): ByteRange {
  const match = range === undefined ? null : SINGLE.exec(range);
  if (!match || !holds(ifRange, there)) {
    return WHOLE;
  }
  const [, from, to, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), there.length);
    return length === 0
      ? { kind: 'unsatisfiable' }
      : { kind: 'part', first: there.length - length, last: there.length - 1 };
  }
  const first = Number(from);
  if (to !== undefined && Number(to) < first) {
    return WHOLE;
  }
  return first >= there.length
    ? { kind: 'unsatisfiable' }
    : { kind: 'part', first, last: Math.min(Number(to ?? Number.MAX_SAFE_INTEGER), there.length - 1) };
}

/** Is what the caller has a part of still what is there? Only a strong ETag or the very date can say so. */
function holds(ifRange: string | undefined, { etag, lastModified }: Representation): boolean {
  return ifRange === undefined || ifRange === etag || ifRange === lastModified.toUTCString();
}
