import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { z } from 'zod';

/**
 * A backup is one zstd stream of frames. A frame is a line of JSON, and for `data` as many bytes of COPY text as it
 * says. Order: header; per table begin, data…, table; sequences; end. Without the end it is not whole.
 */
const frame = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('header'),
    format: z.literal(1),
    createdAt: z.string(),
    migrations: z.array(z.object({ number: z.number(), name: z.string(), checksum: z.string() })),
  }),
  z.object({ kind: z.literal('begin'), table: z.string(), columns: z.array(z.string()) }),
  z.object({ kind: z.literal('data'), bytes: z.number().int().positive() }),
  z.object({ kind: z.literal('table'), table: z.string(), rows: z.number().int(), sha256: z.string() }),
  z.object({
    kind: z.literal('sequences'),
    sequences: z.array(z.object({ sequence: z.string(), value: z.number() })),
  }),
  z.object({ kind: z.literal('end'), tables: z.number().int(), rows: z.number().int() }),
]);

export type BackupFrame = z.infer<typeof frame>;
export type BackupHeader = Extract<BackupFrame, { kind: 'header' }>;

/** A frame with the bytes that follow it; empty for all but `data`. */
export interface BackupPart {
  readonly frame: BackupFrame;
  readonly payload: Buffer;
}

/** The line of a frame. */
export function frameLine(part: BackupFrame): string {
  return `${JSON.stringify(part)}\n`;
}

/** Reads the frames of a backup file in order. @throws Error when the file is damaged or is not a backup. */
export async function* readBackup(file: string): AsyncGenerator<BackupPart> {
  const bytes = new ByteReader(decompressed(file));
  try {
    for (let line = await bytes.line(); line !== undefined; line = await bytes.line()) {
      const parsed = frame.parse(JSON.parse(line));
      yield { frame: parsed, payload: parsed.kind === 'data' ? await bytes.take(parsed.bytes) : Buffer.alloc(0) };
    }
  } catch (error) {
    throw new Error(`${file} is damaged or is not a backup of MindBridge.`, { cause: error });
  }
}

function decompressed(file: string): Readable {
  const output = new PassThrough();
  pipeline(createReadStream(file), createZstdDecompress(), output).catch((error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return output;
}

/** Takes lines and counted bytes from a stream. */
class ByteReader {
  private readonly chunks: AsyncIterator<unknown>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** The next line without its end; undefined at the end of the stream. */
  async line(): Promise<string | undefined> {
    for (let end = this.rest.indexOf(10); ; end = this.rest.indexOf(10)) {
      if (end >= 0) {
        const line = this.rest.subarray(0, end).toString('utf8');
        this.rest = this.rest.subarray(end + 1);
        return line;
      }
      if (!(await this.more())) {
        return this.rest.length === 0 ? undefined : this.cutOff();
      }
    }
  }

  async take(bytes: number): Promise<Buffer> {
    while (this.rest.length < bytes) {
      if (!(await this.more())) {
        return this.cutOff();
      }
    }
    const taken = this.rest.subarray(0, bytes);
    this.rest = this.rest.subarray(bytes);
    return taken;
  }

  private async more(): Promise<boolean> {
    const next = await this.chunks.next();
    if (next.done === true || !Buffer.isBuffer(next.value)) {
      return false;
    }
    this.rest = this.rest.length === 0 ? next.value : Buffer.concat([this.rest, next.value]);
    return true;
  }

  private cutOff(): never {
    throw new Error('the file is cut off');
  }
}
