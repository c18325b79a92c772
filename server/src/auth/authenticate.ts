import { hash } from 'node:crypto';
import { FhirError, unauthorized } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { identifyBasic, identifyBearer, type Members } from './identify.ts';

/** A request, as far as authentication looks at it. */
export interface CredentialCarrier {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Turns credentials into an AuthState, remembering each for a moment. */
export interface Authenticator {
  /** @throws FhirError 401 when the credentials are missing, wrong, expired or revoked. */
  authenticate(request: CredentialCarrier): Promise<AuthState>;
  /** Forgets what was believed about a session, at once and in this process. */
  forgetSession(sessionId: string): void;
  /** Forgets what was believed about a tenant, after a change of policies or members. */
  forgetTenant(tenant: number): void;
  /** Refuses a token by its `jti` until it expires by itself (the end of a bot's run). */
  refuseToken(tokenId: string, expiresAt: Date): void;
}

interface Entry {
  readonly state: AuthState;
  readonly believedUntil: number;
}

const MAX_ENTRIES = 20_000;
const MAX_RECHECK_MS = 4000;
const SCHEME = /^(Bearer|Basic) +([^\s]+)$/i;

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 */
function invalidToken(): FhirError {
  const text = 'The credentials are not valid, or no longer';
  const issue = { severity: 'error', code: 'login', key: 'unauthorized', text } as const;
  return new FhirError(401, [issue], 'unauthorized', { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
}

/** Opens the authenticator. The hot path is one hash and one look-up; every four seconds the rest is looked at again. */
export function createAuthenticator(deps: AuthDependencies, members: Members): Authenticator {
  const believed = new Map<string, Entry>();
  const underWay = new Map<string, Promise<AuthState>>();
  const refused = new Map<string, number>();
  const recheckMs = Math.min(deps.recheckMs ?? MAX_RECHECK_MS, MAX_RECHECK_MS);
  let generation = 0;

  async function identify(scheme: string, credentials: string): Promise<AuthState> {
    const state =
      scheme === 'basic'
        ? await identifyBasic(deps, members, credentials)
        : await identifyBearer(deps, members, credentials);
    if (!state || refused.has(state.tokenId)) {
      throw invalidToken();
    }
    return state;
  }

  async function lookAgain(key: string, scheme: string, credentials: string): Promise<AuthState> {
    const before = generation;
    believed.delete(key);
    const state = await identify(scheme, credentials);
    if (before === generation) {
      if (believed.size >= MAX_ENTRIES) {
        believed.delete(believed.keys().next().value as string);
      }
      const now = deps.clock().getTime();
      believed.set(key, { state, believedUntil: Math.min(now + recheckMs, state.expiresAt.getTime()) });
    }
    return state;
  }

  function forget(matches: (state: AuthState) => boolean): void {
    generation += 1;
    for (const [key, entry] of believed) {
      if (matches(entry.state)) {
        believed.delete(key);
      }
    }
  }

  return {
    async authenticate(request) {
      const header = request.headers.authorization;
      const match = typeof header === 'string' ? SCHEME.exec(header) : null;
      const [, scheme, credentials] = match ?? [];
      if (!scheme || !credentials) {
        throw unauthorized();
      }
      const key = hash('sha256', credentials, 'base64url');
      const entry = believed.get(key);
      if (entry && entry.believedUntil > deps.clock().getTime()) {
        return entry.state;
      }
      let pending = underWay.get(key);
      if (!pending) {
        pending = lookAgain(key, scheme.toLowerCase(), credentials).finally(() => underWay.delete(key));
        underWay.set(key, pending);
      }
      return pending;
    },
    forgetSession: (sessionId) => forget((state) => state.sessionId === sessionId),
    forgetTenant(tenant) {
      members.loader.forgetTenant(tenant);
      forget((state) => state.context.tenant === tenant);
    },
    refuseToken(tokenId, expiresAt) {
      const now = deps.clock().getTime();
      for (const [id, until] of refused) {
        if (until < now) {
          refused.delete(id);
        }
      }
      refused.set(tokenId, expiresAt.getTime());
      forget((state) => state.tokenId === tokenId);
    },
  };
}
