import type { Configuration, CustomFetch } from 'openid-client';
import { z } from 'zod';
import type { GuardedClient } from '../outbound/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { ExternalIdentity } from './external-identity.ts';
import { type OidcProvider, providerSecret } from './identity-provider.ts';

/** The library is loaded with the first external sign-in. */
const library = () => import('openid-client');

const METHODS = z.enum(['GET', 'POST']);
const CLAIMS = z.object({
  sub: z.string(),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.stringbool()]).optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
});

/** Addresses of a provider come from data: every call goes out by the guarded client. */
function guardedFetch(outbound: Pick<GuardedClient, 'send'>): CustomFetch {
  return async (url, { method, headers, body }) => {
    const answer = await outbound.send({
      url,
      method: METHODS.parse(method),
      headers,
      ...(body !== undefined && body !== null && { body: String(body) }),
    });
    const type = answer.headers['content-type']?.toString() ?? '';
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers: { 'content-type': type } });
  };
}

async function configurationOf(deps: AuthDependencies, provider: OidcProvider): Promise<Configuration> {
  if (!deps.outbound) {
    throw new Error('This server calls no addresses outside');
  }
  const openid = await library();
  const secret = await providerSecret(deps, provider);
  const isClear = provider.issuer.startsWith('http:');
  return openid.discovery(
    new URL(provider.issuer),
    provider.clientId,
    undefined,
    secret === undefined ? openid.None() : openid.ClientSecretBasic(secret),
    {
      [openid.customFetch]: guardedFetch(deps.outbound),
      timeout: 10,
      execute: [openid.enableNonRepudiationChecks, ...(isClear ? [openid.allowInsecureRequests] : [])],
    },
  );
}

/** What binds the way back to the way there. */
export interface OidcBinding {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Where the browser goes to sign in. @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest */
export async function oidcAddress(
  deps: AuthDependencies,
  provider: OidcProvider,
  { redirectUri, state, nonce, verifier }: OidcBinding,
): Promise<string> {
  const openid = await library();
  const address = openid.buildAuthorizationUrl(await configurationOf(deps, provider), {
    redirect_uri: redirectUri,
    scope: provider.scope,
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  return address.toString();
}

/**
 * Whom the provider names: the code is exchanged, and the ID token's signature, issuer, audience, nonce and times are
 * verified. @throws Error when anything is wrong
 */
export async function oidcIdentity(
  deps: AuthDependencies,
  provider: OidcProvider,
  address: URL,
  { state, nonce, verifier }: OidcBinding,
): Promise<ExternalIdentity> {
  const openid = await library();
  const tokens = await openid.authorizationCodeGrant(await configurationOf(deps, provider), address, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const claims = CLAIMS.parse(tokens.claims());
  return {
    subject: claims.sub,
    email: claims.email,
    emailVerified: claims.email_verified === true,
    firstName: claims.given_name,
    lastName: claims.family_name,
  };
}
