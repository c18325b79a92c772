import { z } from 'zod';
import { type AwsCredentials, signedHeaders } from '../outbound/index.ts';
import type { KeyWrapper } from './key-wrapper.ts';

/** What calls to AWS KMS need. */
export interface AwsKmsSettings {
  /** Id, ARN or alias of a symmetric key. */
  readonly keyId: string;
  readonly region: string;
  /** Address for private endpoints; that of the region when absent. */
  readonly endpoint?: string;
  readonly credentials: AwsCredentials;
  readonly clock: () => Date;
}

/** How long an unwrapped key is good while KMS is out, in ms. */
const TRUST_MS = 300_000;
const TIMEOUT_MS = 5000;

const ENCRYPTED = z.object({ CiphertextBlob: z.string() });
const DECRYPTED = z.object({ Plaintext: z.string() });

async function call(settings: AwsKmsSettings, action: 'Encrypt' | 'Decrypt', content: object): Promise<unknown> {
  const { region, endpoint, credentials, clock } = settings;
  const url = new URL(endpoint ?? `https://kms.${region}.amazonaws.com/`);
  const body = Buffer.from(JSON.stringify({ KeyId: settings.keyId, ...content }));
  const headers = signedHeaders(
    {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` },
      body,
      region,
      service: 'kms',
      now: clock(),
    },
    credentials,
  );
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`AWS KMS answered ${response.status} to ${action}`);
  }
  return response.json();
}

/** What KMS authenticates beside the key, and writes to its own log of uses. */
const contextOf = (tenant: number) => ({ EncryptionContext: { use: 'mindbridge-data-key', tenant: String(tenant) } });

/**
 * A wrapping key that never leaves AWS KMS.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
export function awsKmsWrapper(settings: AwsKmsSettings): KeyWrapper {
  return {
    name: 'aws-kms',
    trustMs: TRUST_MS,
    async wrap(key, tenant) {
      const answer = await call(settings, 'Encrypt', { Plaintext: key.toString('base64'), ...contextOf(tenant) });
      return Buffer.from(ENCRYPTED.parse(answer).CiphertextBlob, 'base64');
    },
    async unwrap(wrapped, tenant) {
      const answer = await call(settings, 'Decrypt', {
        CiphertextBlob: wrapped.toString('base64'),
        ...contextOf(tenant),
      });
      return Buffer.from(DECRYPTED.parse(answer).Plaintext, 'base64');
    },
  };
}
