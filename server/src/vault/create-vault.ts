import { createHmac } from 'node:crypto';
import type { Resource } from '@medplum/fhirtypes';
import type { Database } from '../database/index.ts';
import { unavailable } from '../fhir/index.ts';
import { createDataKeys, type DataKey } from './data-keys.ts';
import type { KeyWrapper } from './key-wrapper.ts';
import { openedTexts } from './opened-texts.ts';
import { reseal, type SealProgress, sealPlainRows } from './reseal.ts';
import { hasSealedElements } from './sealed-elements.ts';
import { createSealedSecrets, type SealedSecrets } from './sealed-secrets.ts';
import { isSealed, keyIdOf, sealText } from './sealed-text.ts';
import { createSealedValues } from './sealed-values.ts';
import { unsealingDatabase } from './unsealing-database.ts';

/** Keeps what the database must not be able to read. */
export interface Vault {
  /** The database in which sealed text comes opened. */
  readonly database: Database;
  /** The text to store for a resource; at once and unchanged for types without sealed elements. @throws FhirError 503 */
  seal(tenant: number, resource: Resource, json: string, rid?: number): string | Promise<string>;
  /** Secrets that stand outside resources. */
  readonly secrets: SealedSecrets;
  /** A keyed hash under which an exact value is found again, and which says nothing of it without the key. */
  blind(value: string): string;
  /** Gives a tenant a new key. What is there is sealed again by `reseal`. */
  rotate(tenant: number): Promise<void>;
  /** Seals everything of a tenant again that is not under its newest key; gives the number of versions. */
  reseal(tenant: number): Promise<number>;
  /** Seals what a tenant wrote before an element of it was to be sealed; gives the number of versions. */
  sealPlain(tenant: number, told: (progress: SealProgress) => void): Promise<number>;
}

export interface VaultDependencies {
  readonly database: Database;
  readonly wrapper: KeyWrapper;
  readonly clock: () => Date;
}

const then = <A, B>(value: A | Promise<A>, next: (value: A) => B): B | Promise<B> =>
  value instanceof Promise ? value.then(next) : next(value);

/** Opens the vault. @throws FhirError 503 when the wrapping key cannot be reached. */
export async function createVault({ database, wrapper, clock }: VaultDependencies): Promise<Vault> {
  const keys = createDataKeys({ database, wrapper, clock });
  const hashKey = await keys.hashKey();
  const open = openedTexts();
  const unseal = (content: string, tenant: number | undefined): string | Promise<string> =>
    then(keys.byId(keyIdOf(content)), (key: DataKey) => {
      if (tenant !== undefined && tenant !== key.tenant) {
        throw unavailable('record-sealed', 'A record was sealed for another place');
      }
      return open(content, key);
    });
  const seal = (tenant: number, resource: Resource, json: string, rid?: number): string | Promise<string> =>
    hasSealedElements(resource)
      ? then(keys.current(tenant), (key: DataKey) => sealText(json, resource, key, rid))
      : json;
  const again = (tenant: number) => async (content: string, rid: number) => {
    const json = isSealed(content) ? await unseal(content, tenant) : content;
    return seal(tenant, JSON.parse(json) as Resource, json, rid);
  };
  return {
    database: unsealingDatabase(database, {
      unseal,
      values: createSealedValues(keys),
      fleeting: Number.isFinite(wrapper.trustMs),
    }),
    seal,
    secrets: createSealedSecrets(keys),
    blind: (value) => createHmac('sha256', hashKey).update(value).digest('base64url'),
    rotate: async (tenant) => void (await keys.rotate(tenant)),
    reseal: async (tenant) => {
      const { kid } = await keys.current(tenant);
      return reseal(database.forTenant(tenant), kid, again(tenant));
    },
    sealPlain: (tenant, told) => sealPlainRows(database.forTenant(tenant), again(tenant), told),
  };
}
