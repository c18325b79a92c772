import type { CacheProvider, Profile, SAML } from '@node-saml/node-saml';
import { z } from 'zod';
import { type Queryable, sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { Form } from './client-authentication.ts';
import type { ExternalIdentity } from './external-identity.ts';
import { EXTERNAL_NAME, type ExternalName } from './external-session.ts';
import { providerSecret, type SamlProvider } from './identity-provider.ts';

/** What this server is called at a provider; every provider has its own, so that an assertion serves nowhere else. */
export function samlEntityId(baseUrl: string, providerId: string): string {
  return `${baseUrl}/auth/external/saml/${providerId}`;
}

/** Remembers the one request of one sign-in, instead of all requests of a process. */
function oneRequest(known: string | undefined): CacheProvider & { readonly id: () => string } {
  let id = known;
  return {
    id: () => id ?? '',
    saveAsync: async (key, value) => {
      id = key;
      return { value, createdAt: Date.now() };
    },
    getAsync: async (key) => (key === id ? new Date().toISOString() : null),
    removeAsync: async (key) => key,
  };
}

/** What this room needs for SAML. */
export type SamlDependencies = Pick<AuthDependencies, 'baseUrl' | 'keys' | 'secrets'>;

/** Where the browser brings a provider's logout requests, and its answers to ours. */
export function samlLogoutUrl({ baseUrl }: Pick<AuthDependencies, 'baseUrl'>, { id }: { readonly id: string }): string {
  return `${samlEntityId(baseUrl, id)}/logout`;
}

/** The library, loaded with the first SAML sign-in, set up for one provider: strict in everything it can check. */
async function samlFor(deps: SamlDependencies, provider: SamlProvider, cacheProvider: CacheProvider): Promise<SAML> {
  const { SAML: Saml, ValidateInResponseTo } = await import('@node-saml/node-saml');
  const entityId = samlEntityId(deps.baseUrl, provider.id);
  const key = await providerSecret(deps, provider);
  return new Saml({
    ...(key !== undefined && { decryptionPvk: key, privateKey: key }),
    ...(provider.logoutUrl && { logoutUrl: provider.logoutUrl, logoutCallbackUrl: samlLogoutUrl(deps, provider) }),
    callbackUrl: `${deps.baseUrl}/auth/external/saml`,
    entryPoint: provider.entryPoint,
    issuer: entityId,
    audience: entityId,
    idpIssuer: provider.issuer,
    idpCert: provider.certificates,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    signatureAlgorithm: 'sha256',
    acceptedClockSkewMs: 10_000,
    maxAssertionAgeMs: 300_000,
    validateInResponseTo: ValidateInResponseTo.always,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    cacheProvider,
  });
}

/** Where the browser goes to sign in, and the id of the request. @see http://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf */
export async function samlAddress(
  deps: SamlDependencies,
  provider: SamlProvider,
  state: string,
): Promise<{ readonly redirect: string; readonly requestId: string }> {
  const request = oneRequest(undefined);
  const saml = await samlFor(deps, provider, request);
  return { redirect: await saml.getAuthorizeUrlAsync(state, undefined, {}), requestId: request.id() };
}

/** What the provider needs to know of this server. */
export async function samlMetadata(deps: SamlDependencies, provider: SamlProvider): Promise<string> {
  const saml = await samlFor(deps, provider, oneRequest(undefined));
  const certificate = provider.decryptionCertificate ?? null;
  return saml.generateServiceProviderMetadata(certificate, certificate);
}

const EMAIL = [
  'email',
  'mail',
  'urn:oid:0.9.2342.19200300.100.1.3',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
];
const FIRST = [
  'givenName',
  'firstName',
  'urn:oid:2.5.4.42',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname',
];
const LAST = [
  'surname',
  'sn',
  'lastName',
  'urn:oid:2.5.4.4',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname',
];

function attribute(profile: Profile, names: readonly string[]): string | undefined {
  const value = names.map((name) => profile[name]).find((found) => typeof found === 'string');
  return typeof value === 'string' ? value : undefined;
}

const ASSERTION = z.object({ Assertion: z.object({ $: z.object({ ID: z.string().min(1) }) }) });

function assertionId(profile: Profile | null): string | undefined {
  return ASSERTION.safeParse(profile?.getAssertion?.()).data?.Assertion.$.ID;
}

/** An assertion serves once, whatever else comes with it. */
async function isFirstUse(database: Queryable, tenant: number, id: string, now: Date): Promise<boolean> {
  const rows = await database.query(
    sql`INSERT INTO single_use (tenant, kind, value, expires_at)
      VALUES (${tenant}, 'saml', ${id}, ${new Date(now.getTime() + 24 * 3_600_000)}) ON CONFLICT DO NOTHING RETURNING value`,
  );
  return rows.length > 0;
}

/**
 * Whom the provider names: an encrypted assertion is opened; signature of the assertion, issuer, audience, times and `InResponseTo` are verified, and the
 * assertion is new. Its addresses count as verified within the domains that the clinic named.
 * @throws Error when anything is wrong
 */
export async function samlIdentity(
  deps: SamlDependencies & Pick<AuthDependencies, 'database' | 'clock'>,
  provider: SamlProvider,
  { response, requestId }: { readonly response: string; readonly requestId: string },
): Promise<ExternalIdentity> {
  const { database, clock } = deps;
  const saml = await samlFor(deps, provider, oneRequest(requestId));
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response });
  if (profile?.issuer !== provider.issuer) {
    throw new Error('The assertion is of another provider');
  }
  const id = assertionId(profile);
  if (!id || !(await isFirstUse(database, provider.tenant, `${provider.id} ${id}`, clock()))) {
    throw new Error('The assertion was used before');
  }
  const byName = profile.nameID.includes('@') ? profile.nameID : undefined;
  return {
    subject: profile.nameID,
    email: attribute(profile, EMAIL) ?? byName,
    emailVerified: true,
    firstName: attribute(profile, FIRST),
    lastName: attribute(profile, LAST),
    name: EXTERNAL_NAME.safeParse(profile).data,
  };
}

/** Who signed out at the provider, and where the browser goes with the answer. */
export interface SamlLogout {
  readonly subject: string;
  readonly redirect: string;
}

/** A logout request as the browser brings it: posted, and signed within, or as an address, and signed beside the message. */
export interface SamlLogoutMessage {
  readonly form: Form;
  /** The query of the address, as it was signed. */
  readonly query?: string;
}

/** How addresses may be signed: RSA with SHA-2. @see https://www.rfc-editor.org/rfc/rfc9231#section-2.3 */
const QUERY_SIGNATURES = /^http:\/\/www\.w3\.org\/2001\/04\/xmldsig-more#rsa-sha(?:256|384|512)$/;

async function verifiedRequest(saml: SAML, { form, query }: SamlLogoutMessage): Promise<Profile> {
  if (query === undefined) {
    return (await saml.validatePostRequestAsync({ SAMLRequest: form.SAMLRequest ?? '' })).profile;
  }
  if (!form.Signature || !QUERY_SIGNATURES.test(form.SigAlg ?? '')) {
    throw new Error('The library would take an address without a signature, and one of MD5');
  }
  const { profile } = await saml.validateRedirectAsync(form, query);
  if (!profile) {
    throw new Error('The message asks for no logout');
  }
  return profile;
}

/**
 * Reads a logout request that the browser brings from a provider: signed as a whole, by the provider's key, in its name.
 * @throws Error when anything is wrong
 * @see http://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf section 4.4
 */
export async function samlLogout(
  deps: SamlDependencies,
  provider: SamlProvider,
  message: SamlLogoutMessage,
): Promise<SamlLogout> {
  if (!provider.logoutUrl) {
    throw new Error('The provider ends no sessions here');
  }
  const saml = await samlFor(deps, provider, oneRequest(undefined));
  const profile = await verifiedRequest(saml, message);
  if (profile.issuer !== provider.issuer) {
    throw new Error('The request is of another provider');
  }
  const relayState = message.form.RelayState ?? '';
  return { subject: profile.nameID, redirect: await saml.getLogoutResponseUrlAsync(profile, relayState, {}, true) };
}

/**
 * Where the browser goes to sign out at the provider too: a request that is signed with the clinic's key. Undefined where the
 * provider has no address for it, or the clinic has no key.
 * @see http://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf section 4.4
 */
export async function samlLogoutAddress(
  deps: SamlDependencies,
  provider: SamlProvider,
  { name, relay }: { readonly name: ExternalName; readonly relay: string },
): Promise<string | undefined> {
  if (!provider.logoutUrl || provider.sealedSecret === '') {
    return undefined;
  }
  const saml = await samlFor(deps, provider, oneRequest(undefined));
  return saml.getLogoutUrlAsync({ ...name, issuer: provider.issuer }, relay, {});
}
