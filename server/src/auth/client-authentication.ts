import type { ClientApplication } from '@medplum/fhirtypes';
import type { AuthDependencies } from './auth-dependencies.ts';
import { clientSecretMatches, isClientOn, isConfidential } from './client-application.ts';
import { ASSERTION_TYPE, assertionFault, claimedClient } from './client-assertion.ts';
import { type ClientKeys, createClientKeys } from './client-keys.ts';
import { type Found, findClient } from './find-resource.ts';
import { OAuthError } from './oauth-error.ts';

/** Parameters of a form post to an OAuth endpoint, each at most once. */
export type Form = Readonly<Record<string, string | undefined>>;

/** A client that came to an OAuth endpoint, and whether it has proven to be the one. */
export interface PresentedClient extends Found<ClientApplication> {
  readonly proven: boolean;
  /** How it did: by a secret that it shares with this server, or by a key that it alone has. */
  readonly provenBy?: 'secret' | 'key';
}

/** Says which client came to an OAuth endpoint. */
export type AuthenticateClient = (
  form: Form,
  authorization: string | undefined,
) => Promise<PresentedClient | undefined>;

interface Credentials {
  readonly id: string;
  readonly secret?: string;
  readonly assertion?: string;
}

const UNKNOWN_CLIENT = 'The client is unknown or its credentials are wrong';

function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}

/** `Authorization: Basic` with form-encoded parts. @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function basicCredentials(authorization: string | undefined): Credentials | undefined {
  const match = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '');
  if (!match) {
    return undefined;
  }
  const text = Buffer.from(match[1] as string, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { id: decoded(text.slice(0, colon)), secret: decoded(text.slice(colon + 1)) };
}

/** The same secret in the header and in the form is one way, told twice: so does Medplum's command line. */
function credentialsOf(form: Form, authorization: string | undefined): Credentials | undefined {
  const basic = basicCredentials(authorization);
  if (basic && form.client_secret && form.client_secret !== basic.secret) {
    throw new OAuthError('invalid_request', 'Use one way of client authentication, not two');
  }
  if (basic && form.client_id && form.client_id !== basic.id) {
    throw new OAuthError('invalid_request', 'client_id differs from the one in the Authorization header');
  }
  const assertion = form.client_assertion;
  if (assertion !== undefined || form.client_assertion_type !== undefined) {
    if (basic || form.client_secret) {
      throw new OAuthError('invalid_request', 'Use one way of client authentication, not two');
    }
    const id = assertion === undefined ? undefined : claimedClient(assertion);
    if (form.client_assertion_type !== ASSERTION_TYPE || !id || (form.client_id && form.client_id !== id)) {
      throw new OAuthError('invalid_client', UNKNOWN_CLIENT);
    }
    return { id, assertion };
  }
  return basic ?? (form.client_id ? { id: form.client_id, secret: form.client_secret } : undefined);
}

/**
 * Says which client came. A client with a secret must prove itself; a public one, and the server's own sign-in (empty
 * client_id, undefined here), need not.
 * @throws OAuthError 401 invalid_client for an unknown or disabled client and for a missing or wrong secret, all alike.
 */
async function authenticateClient(
  deps: AuthDependencies,
  keys: ClientKeys,
  form: Form,
  authorization: string | undefined,
): Promise<PresentedClient | undefined> {
  const credentials = credentialsOf(form, authorization);
  if (!credentials) {
    return undefined;
  }
  const client = await findClient(deps.database, credentials.id);
  const refuse = (reason: string): OAuthError => {
    deps.log({ event: 'auth.client-refused', client: client?.resource.id ?? '', reason });
    return new OAuthError('invalid_client', UNKNOWN_CLIENT);
  };
  if (!client || !isClientOn(client.resource)) {
    throw refuse('unknown');
  }
  if (credentials.assertion !== undefined) {
    const fault = await assertionFault(deps, keys, client, credentials.assertion);
    if (fault) {
      throw refuse(fault);
    }
    return { ...client, proven: true, provenBy: 'key' };
  }
  const proven =
    credentials.secret !== undefined && clientSecretMatches(client.resource, credentials.secret, deps.clock());
  if (!proven && (isConfidential(client.resource) || credentials.secret !== undefined)) {
    throw refuse('credentials');
  }
  return { ...client, proven, ...(proven && { provenBy: 'secret' }) };
}

/** Makes the check that the OAuth endpoints share; it remembers key sets for as long as their servers allow. */
export function createAuthenticateClient(deps: AuthDependencies): AuthenticateClient {
  const keys = createClientKeys(deps);
  return (form, authorization) => authenticateClient(deps, keys, form, authorization);
}
