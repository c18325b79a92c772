import express, { type Router } from 'express';
import { z } from 'zod';
import { FhirError } from '../fhir/index.ts';
import type { Operation } from '../repository/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { type Authenticator, type CredentialCarrier, createAuthenticator } from './authenticate.ts';
import { type BotToken, type BotTokenRequest, issueBotToken } from './bot-token.ts';
import { createClientOrigins } from './client-origins.ts';
import { endToken } from './ended-token.ts';
import { type ClinicRequest, type InitializedClinic, initClinic, initProjectOperation } from './init-project.ts';
import { refuseDeep } from './json-depth.ts';
import { createGrants } from './member.ts';
import { createMemberLoader } from './member-loader.ts';
import { createSuperAdmin, type SuperAdmin } from './platform.ts';
import { rotateSecretOperation } from './rotate-secret.ts';
import { type NamedRoute, routes } from './routes.ts';

/** The auth room as the rest of the server sees it. */
export interface Auth {
  /** Mounted at the root of the site, before FHIR. */
  readonly router: Router;
  /** What the router serves, for the description of the server. */
  readonly doors: readonly AuthDoor[];
  /** @throws FhirError 403 for a page of an origin that the client has not registered, 401 when the credentials are missing, wrong, expired or revoked. */
  authenticate(request: CredentialCarrier): Promise<AuthState>;
  issueBotToken(request: BotTokenRequest): Promise<BotToken>;
  /** Ends a bot's token with its run: here at once, in other processes within five seconds. */
  endBotToken(token: BotToken): void;
  /** Forgets what is believed about a tenant at once; to be called after changes of policies, members and projects. */
  forgetTenant(tenant: number): void;
  /** Makes an operator of the platform, or gives an existing one a new password. */
  createSuperAdmin(admin: SuperAdmin): Promise<void>;
  /** Makes a clinic as its operator asks for it; for the command line. */
  createClinic(request: ClinicRequest): Promise<InitializedClinic>;
  /** May pages of this origin read answers: at all, or with the tokens of one client? */
  allowsOrigin(origin: string, clientId?: string): boolean;
  /** Reads which origins clients have registered; at start-up, before the first request. */
  readOrigins(): Promise<void>;
  /** $operations on Project, ClientApplication and the like. */
  readonly operations: readonly Operation[];
}

/** A door of this room as the description of the server names it. */
export interface AuthDoor {
  readonly method: string;
  /** From the root of the site, with parameters such as `:id`. */
  readonly path: string;
  readonly who: string;
  /** Gives the JSON Schema of the body, where one schema says it. */
  readonly body?: () => Readonly<Record<string, unknown>>;
}

const BODY_LIMIT = 64 * 1024;
const JSON_TYPES = ['application/json', 'application/fhir+json', 'text/json'];

function described({ method, path, who, body }: NamedRoute): AuthDoor {
  const schemaOf = body && (() => z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }));
  return { method: method.toUpperCase(), path, who, ...(schemaOf && { body: schemaOf }) };
}

/** Another client has registered the origin, so that it was let through so far: now its page must not read the answer. */
function elsewhere(): FhirError {
  const text = 'The app is not registered for pages of this origin';
  const issue = { severity: 'error', code: 'forbidden', key: 'origin-unregistered', text } as const;
  return new FhirError(403, [issue], 'forbidden', { 'Access-Control-Allow-Origin': '' });
}

/** Opens the auth room. */
export function createAuth(deps: AuthDependencies): Auth {
  const loader = createMemberLoader(deps.database, deps.clock);
  const authenticator: Authenticator = createAuthenticator(deps, { grantOf: createGrants(), loader });
  const origins = createClientOrigins(deps, deps.corsOrigins ?? []);
  const router = express.Router();
  const readForm = express.urlencoded({ limit: BODY_LIMIT, extended: false });
  const doors = routes(deps, authenticator);
  for (const route of doors) {
    const readJson = express.json({ limit: route.bodyLimit ?? BODY_LIMIT, type: JSON_TYPES, verify: refuseDeep });
    router[route.method](route.path, ...route.before, readJson, readForm, route.handle, route.onError);
  }
  return {
    router,
    doors: doors.map(described),
    async authenticate(request) {
      const state = await authenticator.authenticate(request);
      const { origin } = request.headers;
      if (typeof origin === 'string' && state.context.clientId && !origins.allows(origin, state.context.clientId)) {
        throw elsewhere();
      }
      return state;
    },
    issueBotToken: (request) => issueBotToken(deps, loader, request),
    endBotToken({ tokenId, expiresAt }) {
      authenticator.refuseToken(tokenId, expiresAt);
      endToken(deps.database, tokenId, expiresAt).catch((error: unknown) =>
        deps.log({ event: 'auth.failed', requestId: 'end-token', error }),
      );
    },
    forgetTenant(tenant) {
      authenticator.forgetTenant(tenant);
      origins
        .refresh()
        .catch((error: unknown) => deps.log({ event: 'auth.failed', requestId: 'client-origins', error }));
    },
    allowsOrigin: origins.allows,
    readOrigins: origins.refresh,
    createSuperAdmin: async (admin) => void (await createSuperAdmin(deps, admin)),
    createClinic: (request) => initClinic(deps, request),
    operations: [
      initProjectOperation(deps),
      rotateSecretOperation(deps, (request) => authenticator.authenticate(request)),
    ],
  };
}
