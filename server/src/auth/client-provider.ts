import type { ClientApplication } from '@medplum/fhirtypes';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { z } from 'zod';
import type { OutboundRequest } from '../outbound/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';

/**
 * The identity provider that a client brings along (`ClientApplication.identityProvider`), as far as it is understood here.
 * @see https://www.medplum.com/docs/auth/external-identity-providers
 */
const PROVIDER = z.object({
  issuer: z.string().optional(),
  audience: z.string().optional(),
  jwksUrl: z.string().optional(),
  tokenUrl: z.string().optional(),
  tokenAuthMethod: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_basic'),
  userInfoUrl: z.string().optional(),
  userInfoMode: z.literal('oidc').optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  useSubject: z.boolean().optional(),
  identitySource: z.enum(['email', 'subject', 'fhir-user']).optional(),
});
export type ClientProvider = z.infer<typeof PROVIDER>;

/** The provider of a client; undefined where it has none, or one that asks for what is not there. */
export function providerOfClient(client: ClientApplication): ClientProvider | undefined {
  return client.identityProvider && PROVIDER.safeParse(client.identityProvider).data;
}

const CLAIMS = z.looseObject({
  sub: z.string().min(1).max(500),
  email: z.email().max(320).optional().catch(undefined),
  email_verified: z.union([z.boolean(), z.stringbool()]).optional(),
  fhirUser: z.string().max(500).optional(),
});
/** What a provider says of a person. */
export type ProviderClaims = z.infer<typeof CLAIMS>;

async function answerTo(deps: AuthDependencies, request: OutboundRequest): Promise<unknown> {
  if (!deps.outbound) {
    throw new Error('This server calls no addresses outside');
  }
  const { status, body } = await deps.outbound.send(request);
  if (status !== 200) {
    throw new Error(`The provider answered ${status}`);
  }
  return JSON.parse(body.toString());
}

/** Verifies a signed token of a provider whose keys are known. @throws Error */
async function verified(deps: AuthDependencies, provider: ClientProvider, token: string, audience?: string) {
  const { jwksUrl: url = '', issuer } = provider;
  const keys = await answerTo(deps, { url, method: 'GET', headers: { accept: 'application/json' } });
  const options = { ...(issuer && { issuer }), ...(audience && { audience }), currentDate: deps.clock() };
  return (await jwtVerify(token, createLocalJWKSet(keys as JSONWebKeySet), options)).payload;
}

async function userInfo(deps: AuthDependencies, url: string, token: string): Promise<ProviderClaims> {
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
  return CLAIMS.parse(await answerTo(deps, { url, method: 'GET', headers }));
}

/**
 * Of whom an access token of the provider speaks: what its user info says. Where the provider's keys are known, the token
 * is verified first, so that none which was given to another audience serves here.
 * @throws Error when anything is wrong
 */
export async function claimsByToken(
  deps: AuthDependencies,
  provider: ClientProvider,
  token: string,
): Promise<ProviderClaims> {
  if (provider.jwksUrl) {
    await verified(deps, provider, token, provider.audience);
  }
  return userInfo(deps, provider.userInfoUrl ?? '', token);
}

const TOKENS = z.object({ access_token: z.string().optional(), id_token: z.string().optional() });

/** The claims of an ID token that came from the token endpoint itself. @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation */
async function claimsOfIdToken(deps: AuthDependencies, provider: ClientProvider, idToken: string) {
  if (provider.jwksUrl) {
    return CLAIMS.parse(await verified(deps, provider, idToken, provider.clientId));
  }
  const claims = decodeJwt(idToken);
  const isForUs = [claims.aud].flat().includes(provider.clientId);
  const isInTime = (claims.exp ?? 0) * 1000 > deps.clock().getTime();
  if (!isForUs || !isInTime || (provider.issuer && claims.iss !== provider.issuer)) {
    throw new Error('The ID token is not for this client, of another issuer, or too old');
  }
  return CLAIMS.parse(claims);
}

/** Of whom a code of the provider speaks. @throws Error when anything is wrong */
export async function claimsByCode(
  deps: AuthDependencies,
  provider: ClientProvider,
  { code, redirectUri }: { readonly code: string; readonly redirectUri: string },
): Promise<ProviderClaims> {
  const { tokenUrl: url = '', clientId = '', clientSecret = '', tokenAuthMethod } = provider;
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  if (clientSecret && tokenAuthMethod === 'client_secret_basic') {
    const pair = [clientId, clientSecret].map(encodeURIComponent).join(':');
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  } else {
    form.set('client_id', clientId);
    if (clientSecret) {
      form.set('client_secret', clientSecret);
    }
  }
  const answer = TOKENS.parse(await answerTo(deps, { url, method: 'POST', headers, body: form.toString() }));
  if (answer.id_token) {
    return claimsOfIdToken(deps, provider, answer.id_token);
  }
  return userInfo(deps, provider.userInfoUrl ?? '', answer.access_token ?? '');
}
