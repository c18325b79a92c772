import { join } from 'node:path';
import { dataFolder, type Ground } from './ground.ts';
import { awsKmsWrapper, createVault, keyFileWrapper, type Vault } from './vault/index.ts';

/** The vault, with the key that this installation wraps others with. */
export async function openVault({ config, database, clock }: Ground): Promise<Vault> {
  const { kmsKeyId: keyId, awsRegion: region, awsEndpointUrl: endpoint } = config;
  const { awsAccessKeyId: accessKeyId = '', awsSecretAccessKey: secretAccessKey = '', awsSessionToken } = config;
  const credentials = { accessKeyId, secretAccessKey, ...(awsSessionToken && { sessionToken: awsSessionToken }) };
  const wrapper =
    keyId === undefined
      ? await keyFileWrapper(config.masterKeyFile ?? join(dataFolder(config, 'keys'), 'master.json'))
      : awsKmsWrapper({ keyId, region, ...(endpoint !== undefined && { endpoint }), credentials, clock });
  return createVault({ database, wrapper, clock });
}
