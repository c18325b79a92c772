import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FhirError, invalid, tooLarge, unsupportedMedia } from '../fhir/index.ts';

/** Limits on what is taken in; each is a setting. */
export interface ReceiveLimits {
  /** Inflated bytes. */
  readonly maxBodyBytes: number;
  /** Nested arrays and objects. */
  readonly maxDepth: number;
  /** JSON values in one body. */
  readonly maxElements: number;
}

const DECODERS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/** Media type in lower case, without parameters. */
export function mediaType(value: string | undefined): string | undefined {
  return value?.split(';', 1)[0]?.trim().toLowerCase();
}

/**
 * Reads the whole body, inflating it; the limit counts inflated bytes.
 * @throws FhirError 400 broken compression or connection, 413 too large, 415 unknown Content-Encoding.
 */
export async function readBody(request: IncomingMessage, limits: ReceiveLimits): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.maxBodyBytes) {
    throw bodyTooLarge(limits);
  }
  if (encoding === undefined || encoding === 'identity') {
    return collect(request, limits).catch((error: unknown) => {
      throw error instanceof FhirError || request.complete ? error : incomplete();
    });
  }
  if (!Object.hasOwn(DECODERS, encoding)) {
    const text = `Found Content-Encoding ${encoding.slice(0, 64)}, needed gzip, deflate, br or identity`;
    throw unsupportedMedia('content-encoding', text);
  }
  const decoder = DECODERS[encoding as keyof typeof DECODERS]();
  request.on('error', (error) => decoder.destroy(error));
  try {
    return await collect(request.pipe(decoder), limits);
  } catch (error) {
    if (error instanceof FhirError) {
      throw error;
    }
    if (!request.complete && request.destroyed) {
      throw incomplete();
    }
    throw invalid('body-encoding', `The body is not valid ${encoding}`);
  } finally {
    request.unpipe(decoder);
    decoder.destroy();
  }
}

/** The stream itself is left as it is when the limit is passed: the answer still has to go out over its connection. */
async function collect(stream: Readable, limits: ReceiveLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limits.maxBodyBytes) {
      throw bodyTooLarge(limits);
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
}

function incomplete(): FhirError {
  return invalid('body-incomplete', 'The connection ended before the body did');
}

function bodyTooLarge(limits: ReceiveLimits): FhirError {
  return tooLarge('body-size', `The body is larger than the ${limits.maxBodyBytes} bytes this server takes`);
}

const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** How deep JSON text is nested, and how many values it holds at least, found without parsing it. */
export function jsonShape(text: string): { readonly depth: number; readonly values: number } {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i + 1);
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      values += 1;
      if (depth > deepest) {
        deepest = depth;
      }
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
    } else if (code === COMMA) {
      values += 1;
    }
  }
  return { depth: deepest, values };
}

function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end > 0 && text.charCodeAt(end - 1) === BACKSLASH && isEscaped(text, end)) {
    end = text.indexOf('"', end + 1);
  }
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) {
    backslashes += 1;
  }
  return backslashes % 2 === 1;
}

/**
 * Parses a JSON body, after `restore` has put back what answers were sent with instead.
 * @throws FhirError 400 for malformed or too deep JSON, 413 for too many elements, without repeating the content.
 */
export function parseJson(bytes: Buffer, limits: ReceiveLimits, restore = (text: string) => text): unknown {
  if (!isUtf8(bytes)) {
    throw invalid('body-encoding', 'The body is not valid UTF-8');
  }
  const text = restore(bytes.toString('utf8'));
  const { depth, values } = jsonShape(text);
  if (depth > limits.maxDepth) {
    throw invalid('body-depth', `The body is nested ${depth} levels deep; this server takes ${limits.maxDepth}`);
  }
  if (values > limits.maxElements) {
    throw tooLarge(
      'body-elements',
      `The body holds ${values} elements or more; this server takes ${limits.maxElements}`,
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    throw invalid('body-json', `The body is not valid JSON${position ? ` (at character ${position})` : ''}`);
  }
}

/** Is this one of the media types in which FHIR JSON travels? */
export function isJson(type: string | undefined): boolean {
  return type !== undefined && (type === 'application/json' || type.endsWith('+json') || type === 'text/json');
}
