import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A large body that is made piece by piece, as it is read. */
export interface Pieces {
  readonly length: number;
  /** The bytes from `first` up to but without `end`. */
  readonly read: (first: number, end: number) => Promise<Uint8Array>;
}

/** Bytes made at once. */
const PIECE = 262_144;
/** How long a text is kept for a reader who has stopped, in ms. */
const KEPT_MS = 1000;

/**
 * A text that is let go when nobody has asked for it for a moment, and opened again when somebody does: a reader who has
 * stopped costs no memory.
 */
export function lettingGo(first: string, open: () => Promise<string>): () => Promise<string> {
  let text: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const keep = (opened: string): string => {
    clearTimeout(timer);
    text = opened;
    timer = setTimeout(() => {
      text = undefined;
    }, KEPT_MS).unref();
    return opened;
  };
  keep(first);
  return async () => keep(text ?? (await open()));
}

/** Sends the pieces, each when the reader has taken the one before. */
export async function sendPieces(response: ServerResponse, { length, read }: Pieces): Promise<void> {
  try {
    for (let first = 0; first < length && !response.destroyed; first += PIECE) {
      const piece = await read(first, Math.min(first + PIECE, length));
      if (!response.write(piece)) {
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
    }
    response.end();
  } catch {
    response.destroy();
  }
}
