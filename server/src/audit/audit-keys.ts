import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Signs the heads of the audit's chains (Ed25519). */
export interface AuditKey {
  readonly id: string;
  sign(text: string): string;
}

const FILE = z.object({ privateKey: z.string().startsWith('-----BEGIN PRIVATE KEY-----') });

const idOf = (key: KeyObject): string =>
  hash('sha256', key.export({ type: 'spki', format: 'der' }), 'hex').slice(0, 16);

function keyOf(pem: string): AuditKey {
  const key = createPrivateKey(pem);
  return { id: idOf(createPublicKey(key)), sign: (text) => sign(null, Buffer.from(text), key).toString('base64url') };
}

function readKey(path: string): AuditKey | undefined {
  try {
    return keyOf(FILE.parse(JSON.parse(readFileSync(path, 'utf8'))).privateKey);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') {
      return undefined;
    }
    throw new Error(`The audit key in ${path} cannot be read: restore the file from a backup.`);
  }
}

/**
 * Reads the key of `<keys>/audit.json` (mode 0600), or makes one; its public part lies beside the heads, as
 * `<heads>/<key id>.pem`, so that whoever keeps a copy of that folder can verify without any secret.
 * @throws Error with one sentence when the file is damaged.
 */
export function loadAuditKey(keysFolder: string, headsFolder: string): AuditKey {
  const path = join(keysFolder, 'audit.json');
  mkdirSync(headsFolder, { recursive: true, mode: 0o700 });
  const found = readKey(path);
  if (found) {
    return found;
  }
  mkdirSync(keysFolder, { recursive: true, mode: 0o700 });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const key = keyOf(pem);
  writeFileSync(join(headsFolder, `${key.id}.pem`), publicKey.export({ type: 'spki', format: 'pem' }));
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify({ privateKey: pem }), { mode: 0o600 });
  renameSync(temporary, path);
  return key;
}

/** Checks a signature with the public key of that id in the folder of the heads. */
export function isSignedBy(headsFolder: string, keyId: string, text: string, signature: string): boolean {
  if (!/^[0-9a-f]{16}$/.test(keyId)) {
    return false;
  }
  try {
    const key = createPublicKey(readFileSync(join(headsFolder, `${keyId}.pem`)));
    return idOf(key) === keyId && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
