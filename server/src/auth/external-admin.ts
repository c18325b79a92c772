import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { invalid, notFound } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { samlEntityId, samlLogoutUrl } from './external-saml.ts';
import { type NEW_PROVIDER, providersOf, removeProvider, storeProvider } from './identity-provider.ts';
import { checkPolicies, rightsOf } from './member-rights.ts';
import type { AdminRequest } from './project-admin.ts';
import { requireRecentStepUp } from './step-up.ts';

/** `POST admin/projects/:id/identity-providers/:provider/remove`. */
export const NOTHING_MORE = z.object({});

/** Where a provider sends the browser back to. */
export const CALLBACK_PATH = '/auth/external/callback';

function addressesOf({ baseUrl }: AuthDependencies, id: string): Record<string, string> {
  return {
    redirectUri: `${baseUrl}${CALLBACK_PATH}`,
    entityId: samlEntityId(baseUrl, id),
    assertionConsumerService: `${baseUrl}/auth/external/saml`,
    singleLogoutService: samlLogoutUrl({ baseUrl }, { id }),
  };
}

/**
 * Keeps an identity provider of the project, a new one or one it has; answers with the addresses that the provider needs to
 * know. @throws FhirError 400, 403 without a step-up, 404
 */
export async function saveProvider(
  deps: AuthDependencies,
  { tenant, state }: AdminRequest,
  request: z.infer<typeof NEW_PROVIDER>,
  existing?: string,
): Promise<unknown> {
  requireRecentStepUp(state, deps.clock());
  if (request.kind === 'saml' && !request.decryptionKey !== !request.decryptionCertificate) {
    throw invalid('provider-decryption', 'decryptionKey and decryptionCertificate belong together', 'decryptionKey');
  }
  if (request.provision) {
    await checkPolicies(deps, tenant, rightsOf(request.provision));
  }
  if (existing !== undefined && !(await providersOf(deps.database, tenant)).some(({ id }) => id === existing)) {
    throw notFound();
  }
  const id = existing ?? randomUUID();
  await storeProvider(deps, { tenant, id }, request);
  deps.log({ event: 'auth.settings-changed', tenant, setting: 'identity-provider' });
  return { id, ...addressesOf(deps, id) };
}

/** The identity providers of the project, without secrets. */
export async function listProviders(deps: AuthDependencies, { tenant }: AdminRequest): Promise<unknown> {
  const providers = await providersOf(deps.database, tenant);
  return {
    providers: providers.map(({ sealedSecret, tenant: _, ...shown }) => ({
      ...shown,
      hasSecret: sealedSecret !== '',
      ...addressesOf(deps, shown.id),
    })),
  };
}

/** Takes an identity provider away; the accounts stay. @throws FhirError 403 without a step-up, 404 */
export async function deleteProvider(
  deps: AuthDependencies,
  { tenant, state }: AdminRequest,
  id: string,
): Promise<void> {
  requireRecentStepUp(state, deps.clock());
  if (!(await removeProvider(deps.database, tenant, id))) {
    throw notFound();
  }
  deps.log({ event: 'auth.settings-changed', tenant, setting: 'identity-provider' });
}
