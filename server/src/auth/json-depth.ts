import type { IncomingMessage, ServerResponse } from 'node:http';

/** Deepest nesting of a body that this room reads; its own bodies need six. */
const MAX_DEPTH = 64;

const [QUOTE, BACKSLASH] = [34, 92];
const OPENING: ReadonlySet<number> = new Set([91, 123]);
const CLOSING: ReadonlySet<number> = new Set([93, 125]);

/** Is JSON text nested deeper than that? One pass over its bytes, before anything is parsed. */
export function isTooDeep(text: Uint8Array): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number;
    if (byte === BACKSLASH) {
      at++;
    } else if (byte === QUOTE) {
      isInString = !isInString;
    } else if (!isInString && OPENING.has(byte) && ++depth > MAX_DEPTH) {
      return true;
    } else if (!isInString && CLOSING.has(byte)) {
      depth--;
    }
  }
  return false;
}

/** For the body parser: JSON that is nested too deeply is refused like JSON that is none. @throws Error with status 400 */
export function refuseDeep(_request: IncomingMessage, _response: ServerResponse, body: Buffer): void {
  if (isTooDeep(body)) {
    throw Object.assign(new Error('The body is nested too deeply'), { status: 400 });
  }
}
