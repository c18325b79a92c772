import { createDecipheriv, hkdfSync } from 'node:crypto';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { SigningKeys } from './signing-keys.ts';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Opens what an earlier version sealed with a key of the signing keys' file. @throws Error when it was moved or changed */
function openOld(keys: SigningKeys, place: string, sealed: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', keys.derivationSecret, '', 'mindbridge second factor', 32));
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}

/**
 * Opens a secret that the vault sealed for this place, or an earlier version of this room.
 * @throws FhirError 503 without the key; Error when it was moved or changed.
 */
export async function openSecret(
  { keys, secrets }: Pick<AuthDependencies, 'keys' | 'secrets'>,
  tenant: number,
  place: string,
  sealed: string,
): Promise<Buffer> {
  return sealed.includes('.') ? secrets.open(tenant, place, sealed) : openOld(keys, place, sealed);
}
