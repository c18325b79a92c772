import { join } from 'node:path';
import { FhirError } from './fhir/index.ts';
import { dataFolder, type Ground } from './ground.ts';
import { awsKmsWrapper, createVault, keyFileWrapper, type Vault } from './vault/index.ts';

/**
 * The vault, with the key that this installation wraps others with.
 * @throws Error with one sentence when that key is not the one under which the database was sealed, or cannot be reached
 */
export async function openVault({ config, database, clock }: Ground): Promise<Vault> {
  const { kmsKeyId: keyId, awsRegion: region, awsEndpointUrl: endpoint } = config;
  const { awsAccessKeyId: accessKeyId = '', awsSecretAccessKey: secretAccessKey = '', awsSessionToken } = config;
  const credentials = { accessKeyId, secretAccessKey, ...(awsSessionToken && { sessionToken: awsSessionToken }) };
  const file = config.masterKeyFile ?? join(dataFolder(config, 'keys'), 'master.json');
  const wrapper =
    keyId === undefined
      ? await keyFileWrapper(file)
      : awsKmsWrapper({ keyId, region, ...(endpoint !== undefined && { endpoint }), credentials, clock });
  return createVault({ database, wrapper, clock }).catch((error: unknown) => {
    throw error instanceof FhirError ? new Error(cannotOpen(keyId === undefined ? file : `KMS key ${keyId}`)) : error;
  });
}

function cannotOpen(key: string): string {
  return (
    `The records of this database were sealed under another key than ${key}, or it cannot be reached: ` +
    'put back the key that belongs to the database, or name it with MASTER_KEY_FILE or KMS_KEY_ID.'
  );
}
