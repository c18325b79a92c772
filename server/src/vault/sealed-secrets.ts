import { decrypt, encrypt } from './cipher.ts';
import type { DataKeys } from './data-keys.ts';

const VERSION = '1';

/** Secrets that stand by themselves in a table of their own: second factors, secrets of identity providers, app state. */
export interface SealedSecrets {
  /** Seals a secret under the tenant's newest key, for one place; elsewhere it cannot be opened. @throws FhirError 503 */
  seal(tenant: number, place: string, secret: Uint8Array): Promise<string>;
  /** @throws FhirError 503; Error when it was moved or changed. */
  open(tenant: number, place: string, sealed: string): Promise<Buffer>;
  /** How everything begins that is sealed under the tenant's newest key. @throws FhirError 503 */
  prefix(tenant: number): Promise<string>;
}

const placeOf = (tenant: number, place: string): string => `${tenant} secret ${place}`;

/** Opens the seals. */
export function createSealedSecrets(keys: DataKeys): SealedSecrets {
  return {
    async seal(tenant, place, secret) {
      const { kid, key } = await keys.current(tenant);
      return `${VERSION}.${kid}.${encrypt(key, placeOf(tenant, place), Buffer.from(secret)).toString('base64url')}`;
    },
    async open(tenant, place, sealed) {
      const [version, kid = '', body = ''] = sealed.split('.');
      const key = version === VERSION ? await keys.byId(kid) : undefined;
      if (key?.tenant !== tenant) {
        throw new Error('A secret was sealed for another place');
      }
      return decrypt(key.key, placeOf(tenant, place), Buffer.from(body, 'base64url'));
    },
    async prefix(tenant) {
      return `${VERSION}.${(await keys.current(tenant)).kid}.`;
    },
  };
}
