import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';

/** Algorithm of every token this server signs: cheap to verify, and what all clients know. */
export const SIGNING_ALGORITHM = 'RS256';

/** The keys of this installation. */
export interface SigningKeys {
  readonly current: { readonly kid: string; readonly privateKey: CryptoKey };
  /** Public key by `kid`; retired keys stay until the last token they signed has expired. */
  readonly publicKeys: ReadonlyMap<string, CryptoKey>;
  readonly jwks: { readonly keys: readonly JWK[] };
  /** From which refresh tokens derive their successors. */
  readonly derivationSecret: Buffer;
}

const FILE = z.object({
  derivationSecret: z.string().min(43),
  keys: z
    .array(z.looseObject({ kid: z.string(), kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.string() }))
    .min(1),
});
type KeyFile = z.infer<typeof FILE>;

async function newKeyFile(): Promise<KeyFile> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true, modulusLength: 2048 });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return FILE.parse({ derivationSecret: randomBytes(32).toString('base64url'), keys: [{ ...jwk, kid }] });
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

async function keysOf(file: KeyFile): Promise<SigningKeys> {
  const publicJwks: JWK[] = file.keys.map(({ kid, kty, n, e }) => ({
    kid,
    kty,
    n,
    e,
    use: 'sig',
    alg: SIGNING_ALGORITHM,
  }));
  const publicKeys = new Map<string, CryptoKey>();
  for (const jwk of publicJwks) {
    publicKeys.set(jwk.kid as string, await cryptoKey(jwk));
  }
  const [newest] = file.keys as [KeyFile['keys'][number]];
  return {
    current: { kid: newest.kid, privateKey: await cryptoKey(newest) },
    publicKeys,
    jwks: { keys: publicJwks },
    derivationSecret: Buffer.from(file.derivationSecret, 'base64url'),
  };
}

/**
 * Reads the keys of `<folder>/signing.json` (mode 0600), or makes them at the first start. The first key of the file
 * signs, all of them verify: a rotation puts a new key in front.
 * @throws Error with one sentence when the file is damaged.
 */
export async function loadSigningKeys(folder: string): Promise<SigningKeys> {
  const path = join(folder, 'signing.json');
  const found = await readKeyFile(path);
  if (found) {
    return keysOf(found);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = await newKeyFile();
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, JSON.stringify(fresh), { mode: 0o600 });
  await rename(temporary, path);
  return keysOf(fresh);
}

/** Keys that live in memory only, for tests. */
export async function temporarySigningKeys(): Promise<SigningKeys> {
  return keysOf(await newKeyFile());
}
