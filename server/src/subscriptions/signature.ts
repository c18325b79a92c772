import { createHmac } from 'node:crypto';

/** What a receiver checks: Medplum's `X-Signature`, and the three headers of Standard Webhooks. */
export interface SignedMessage {
  readonly secret: string | undefined;
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret, 'utf8');
}

/**
 * Headers that identify a message and, when the Subscription has a secret, sign it.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders({ secret, id, timestamp, body }: SignedMessage): Record<string, string> {
  const headers: Record<string, string> = { 'webhook-id': id, 'webhook-timestamp': String(timestamp) };
  if (secret !== undefined) {
    headers['x-signature'] = createHmac('sha256', secret).update(body).digest('hex');
    const signed = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
    headers['webhook-signature'] = `v1,${signed}`;
  }
  return headers;
}
