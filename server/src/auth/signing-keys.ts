import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';

/** Algorithm of every token this server signs: cheap to verify, and what all clients know. */
export const SIGNING_ALGORITHM = 'RS256';

const FILE_NAME = 'signing.json';

/** The keys of this installation. */
export interface SigningKeys {
  readonly current: { readonly kid: string; readonly privateKey: CryptoKey };
  /** Public key by `kid`; retired keys stay until the last token they signed has expired. */
  readonly publicKeys: ReadonlyMap<string, CryptoKey>;
  readonly jwks: { readonly keys: readonly JWK[] };
  /** Public keys that sign nothing any more: whoever checks the signature of a note of then needs them. */
  readonly retiredJwks: { readonly keys: readonly JWK[] };
  /** From which refresh tokens derive their successors. */
  readonly derivationSecret: Buffer;
}

const FILE = z.object({
  derivationSecret: z.string().min(43),
  keys: z
    .array(
      z.looseObject({
        kid: z.string(),
        kty: z.literal('RSA'),
        n: z.string(),
        e: z.string(),
        d: z.string(),
        /** When it begins to sign: every process has read of it by then. */
        signsFrom: z.number().optional(),
        /** When the last token that it signed has expired. */
        endsAt: z.number().optional(),
      }),
    )
    .min(1),
});
type KeyFile = z.infer<typeof FILE>;
type KeyOfFile = KeyFile['keys'][number];

/** Time in which every process reads of a new key before it signs. */
const ANNOUNCED_MS = 30_000;
/** How long an old key verifies after the new one has begun to sign: an hour, the life of a token, and a minute. */
const LAST_TOKEN_MS = 61 * 60_000;
/** How often a process looks whether the keys have changed. */
const REREAD_MS = 5000;

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true, modulusLength: 2048 });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) };
}

async function newKeyFile(): Promise<KeyFile> {
  return FILE.parse({ derivationSecret: randomBytes(32).toString('base64url'), keys: [await newKey()] });
}

async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  try {
    return FILE.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') {
      return undefined;
    }
    throw new Error(
      `The signing keys in ${path} cannot be read: restore the file from a backup, or delete it to end every session.`,
    );
  }
}

/** An RSA key is never given as raw bytes. */
async function cryptoKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, SIGNING_ALGORITHM);
  if (key instanceof Uint8Array) {
    throw new Error('A signing key is not an RSA key.');
  }
  return key;
}

const publicJwk = ({ kid, kty, n, e }: KeyOfFile): JWK => ({ kid, kty, n, e, use: 'sig', alg: SIGNING_ALGORITHM });

async function keysOf(file: KeyFile, now = Date.now()): Promise<SigningKeys> {
  const isOver = ({ endsAt = Number.POSITIVE_INFINITY }: KeyOfFile): boolean => endsAt <= now;
  const publicJwks = file.keys.filter((key) => !isOver(key)).map(publicJwk);
  const publicKeys = new Map<string, CryptoKey>();
  for (const jwk of publicJwks) {
    publicKeys.set(jwk.kid as string, await cryptoKey(jwk));
  }
  const signer = file.keys.find(({ signsFrom = 0 }) => signsFrom <= now) ?? (file.keys.at(-1) as KeyOfFile);
  return {
    current: { kid: signer.kid, privateKey: await cryptoKey(signer) },
    publicKeys,
    jwks: { keys: publicJwks },
    retiredJwks: { keys: file.keys.filter(isOver).map(publicJwk) },
    derivationSecret: Buffer.from(file.derivationSecret, 'base64url'),
  };
}

async function writeKeyFile(folder: string, file: KeyFile): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE_NAME);
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, JSON.stringify(file), { mode: 0o600 });
  await rename(temporary, path);
}

/**
 * Reads the keys of `<folder>/signing.json` (mode 0600), or makes them at the first start.
 * @throws Error with one sentence when the file is damaged.
 */
export async function loadSigningKeys(folder: string, now = Date.now()): Promise<SigningKeys> {
  const found = await readKeyFile(join(folder, FILE_NAME));
  if (found) {
    return keysOf(found, now);
  }
  const fresh = await newKeyFile();
  await writeKeyFile(folder, fresh);
  return keysOf(fresh, now);
}

/**
 * The keys of a running server: what a rotation changes is there within seconds, in every process that reads the folder. A
 * file that cannot be read leaves the keys as they are, and is told of.
 */
export async function followSigningKeys(folder: string, failed: (error: unknown) => void): Promise<SigningKeys> {
  let keys = await loadSigningKeys(folder);
  const reread = async (): Promise<void> => {
    const file = await readKeyFile(join(folder, FILE_NAME));
    if (!file) {
      throw new Error('The file of the signing keys is gone');
    }
    keys = await keysOf(file);
  };
  setInterval(() => void reread().catch(failed), REREAD_MS).unref();
  return {
    get current() {
      return keys.current;
    },
    get publicKeys() {
      return keys.publicKeys;
    },
    get jwks() {
      return keys.jwks;
    },
    get retiredJwks() {
      return keys.retiredJwks;
    },
    derivationSecret: keys.derivationSecret,
  };
}

/** What a rotation did. */
export interface KeyRotation {
  readonly kid: string;
  readonly signsFrom: Date;
  /** When the keys before it verify no token any more. */
  readonly othersEnd: Date;
}

/**
 * Puts a new key in front: it is published at once, signs half a minute later, and the keys before it verify until the last
 * of their tokens has expired. Secrets that derive from the file stay as they are.
 */
export async function rotateSigningKeys(folder: string, now: Date): Promise<KeyRotation> {
  await loadSigningKeys(folder);
  const file = FILE.parse(await readKeyFile(join(folder, FILE_NAME)));
  const signsFrom = now.getTime() + ANNOUNCED_MS;
  const endsAt = signsFrom + LAST_TOKEN_MS;
  const fresh = FILE.shape.keys.element.parse({ ...(await newKey()), signsFrom });
  const before = file.keys.map((key) => ({ ...key, endsAt: Math.min(key.endsAt ?? endsAt, endsAt) }));
  await writeKeyFile(folder, { ...file, keys: [fresh, ...before] });
  return { kid: fresh.kid, signsFrom: new Date(signsFrom), othersEnd: new Date(endsAt) };
}

/** Keys that live in memory only, for tests. */
export async function temporarySigningKeys(): Promise<SigningKeys> {
  return keysOf(await newKeyFile());
}
