import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { decrypt, encrypt, KEY_BYTES } from './cipher.ts';
import type { KeyWrapper } from './key-wrapper.ts';

const FILE = z.object({
  key: z
    .string()
    .transform((text) => Buffer.from(text, 'base64url'))
    .refine((key) => key.length === KEY_BYTES),
});

async function readKey(path: string): Promise<Buffer | undefined> {
  try {
    return FILE.parse(JSON.parse(await readFile(path, 'utf8'))).key;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') {
      return undefined;
    }
    throw new Error(`The master key in ${path} cannot be read: restore the file from a backup.`);
  }
}

/** Several processes may start at once: the first file stays. */
async function makeKey(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, JSON.stringify({ key: randomBytes(KEY_BYTES).toString('base64url') }), { mode: 0o600 });
  await link(temporary, path).catch((error: { code?: unknown }) => {
    if (error.code !== 'EEXIST') {
      throw error;
    }
  });
  await rm(temporary);
}

/**
 * A wrapping key in a file (mode 0600), made at the first start. Without the file, what was sealed is lost: it belongs
 * into the backup, apart from the database.
 * @throws Error with one sentence when the file is damaged.
 */
export async function keyFileWrapper(path: string): Promise<KeyWrapper> {
  let key = await readKey(path);
  if (!key) {
    await makeKey(path);
    key = await readKey(path);
  }
  const master = key as Buffer;
  return {
    name: 'file',
    trustMs: Number.POSITIVE_INFINITY,
    wrap: async (plain, tenant) => encrypt(master, `data key of ${tenant}`, plain),
    unwrap: async (wrapped, tenant) => decrypt(master, `data key of ${tenant}`, wrapped),
  };
}
