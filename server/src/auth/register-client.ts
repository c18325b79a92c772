import type { ClientApplication } from '@medplum/fhirtypes';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AuthDependencies } from './auth-dependencies.ts';
import { inlineJwks } from './client-keys.ts';
import { grantableScopes } from './grantable-scopes.ts';
import { originOf } from './http-answer.ts';
import { countFailure, throttledFor, tooManyAttempts } from './login-throttle.ts';
import { OAuthError } from './oauth-error.ts';
import { newSecret } from './secrets.ts';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** https anywhere, http for native apps on the same machine; no wildcard, no fragment, no user information. */
export function isRedirectRegistrable(uri: string): boolean {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url || uri.includes('#') || uri.includes('*') || url.username || url.password) {
    return false;
  }
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

const METADATA = z.object({
  client_name: z.string().min(1).max(200).default('An app without a name'),
  redirect_uris: z.array(z.string().max(2048)).max(20).default([]),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials']))
    .default(['authorization_code']),
  response_types: z.array(z.literal('code')).default(['code']),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'])
    .default('client_secret_basic'),
  scope: z.string().max(8191).default(''),
  jwks_uri: z.url({ protocol: /^https$/ }).optional(),
  jwks: z.unknown().optional(),
  launch_uri: z.string().max(2048).optional(),
});
type Metadata = z.infer<typeof METADATA>;

function refuse(code: 'invalid_client_metadata' | 'invalid_redirect_uri', text: string): OAuthError {
  return new OAuthError(code, text);
}

function metadataOf(body: unknown): Metadata {
  const parsed = METADATA.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse('invalid_client_metadata', `${issue?.path.join('.') || 'The body'}: ${issue?.message}`);
  }
  const { data } = parsed;
  const needsRedirect = data.grant_types.includes('authorization_code');
  if (needsRedirect && data.redirect_uris.length === 0) {
    throw refuse('invalid_redirect_uri', 'redirect_uris must name one address at least');
  }
  if (![...data.redirect_uris, ...(data.launch_uri ? [data.launch_uri] : [])].every(isRedirectRegistrable)) {
    throw refuse(
      'invalid_redirect_uri',
      'Addresses must be https (or http on 127.0.0.1), without wildcard or fragment',
    );
  }
  if (data.token_endpoint_auth_method === 'private_key_jwt' && !data.jwks_uri && !data.jwks) {
    throw refuse('invalid_client_metadata', 'private_key_jwt needs jwks_uri or jwks');
  }
  return data;
}

function keysOf({ jwks, jwks_uri: uri }: Metadata): string | undefined {
  try {
    return jwks === undefined ? uri : inlineJwks(jwks);
  } catch {
    throw refuse('invalid_client_metadata', 'jwks is no key set');
  }
}

/**
 * `POST oauth2/register`: anybody may ask; the client is off until an operator of the platform turns it on. It belongs to
 * the platform, so that a person of any clinic may let it in.
 * @throws OAuthError 400, FhirError 429
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export async function registerClient(deps: AuthDependencies, request: Request, response: Response): Promise<void> {
  const { address } = originOf(request);
  const subject = `registrations from ${address}`;
  const now = deps.clock();
  const wait = await throttledFor(deps, subject, address, now);
  if (wait > 0) {
    throw tooManyAttempts(wait);
  }
  await countFailure(deps, subject, address, now);
  const metadata = metadataOf(request.body);
  const hasSecret = metadata.token_endpoint_auth_method.startsWith('client_secret');
  const jwksUri = metadata.token_endpoint_auth_method === 'private_key_jwt' ? keysOf(metadata) : undefined;
  const scopes = grantableScopes(deps, metadata.scope);
  const secret = hasSecret ? newSecret() : undefined;
  const client = await deps.systemRepository(0).createResource<ClientApplication>({
    resourceType: 'ClientApplication',
    status: 'off',
    name: metadata.client_name,
    ...(metadata.redirect_uris.length > 0 && { redirectUris: metadata.redirect_uris }),
    ...(metadata.launch_uri && { launchUri: metadata.launch_uri }),
    ...(scopes.length > 0 && { defaultScope: scopes }),
    ...(jwksUri && { jwksUri }),
    ...(secret && { secret }),
  });
  deps.log({ event: 'auth.client-registered', client: client.id });
  const { jwks: _, ...echoed } = metadata;
  response.status(201).json({
    ...echoed,
    scope: scopes.join(' '),
    client_id: client.id,
    client_id_issued_at: Math.floor(now.getTime() / 1000),
    ...(secret && { client_secret: secret, client_secret_expires_at: 0 }),
  });
}
