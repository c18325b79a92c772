import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Named JSON sections in one file, each parsed only when asked for. */
export interface Archive {
  /** Names of all sections. */
  names(): IterableIterator<string>;
  /** Parses one section; undefined when there is none. */
  read(name: string): unknown;
}

/** Builds the bytes of an archive: length of the header, header (name → offset, length), sections. */
export function packArchive(sections: ReadonlyMap<string, unknown>): Buffer {
  const header: Record<string, [number, number]> = {};
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, value] of sections) {
    const bytes = Buffer.from(JSON.stringify(value));
    header[name] = [offset, bytes.length];
    offset += bytes.length;
    parts.push(bytes);
  }
  const head = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return Buffer.concat([size, head, ...parts]);
}

/** Opens the bytes of an archive. */
export function openArchive(bytes: Buffer): Archive {
  const size = bytes.readUInt32LE(0);
  const header = new Map(
    Object.entries(JSON.parse(bytes.toString('utf8', 4, 4 + size)) as Record<string, [number, number]>),
  );
  return {
    names: () => header.keys(),
    read(name) {
      const place = header.get(name);
      const start = 4 + size + (place?.[0] ?? 0);
      return place && (JSON.parse(bytes.toString('utf8', start, start + place[1])) as unknown);
    },
  };
}

/** Writes a file so that another process sees either all of it or nothing. */
export function writeWhole(path: string, bytes: Buffer | string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, bytes, { mode: 0o644 });
  renameSync(draft, path);
}

/** Reads a whole file; undefined when it is not there. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
