import type { Request, Response } from 'express';
import { resourceScopes } from '../access/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { isClientOn, isRedirectAllowed } from './client-application.ts';
import type { Form } from './client-authentication.ts';
import { isChallenge } from './code-challenge.ts';
import { findClient } from './find-resource.ts';
import { formOf } from './form.ts';
import { grantableScopes } from './grantable-scopes.ts';
import { MAX_SCOPE_LENGTH } from './login-request.ts';
import { OAuthError } from './oauth-error.ts';
import { codeForSignedIn } from './single-sign-on.ts';

interface Check {
  readonly name: string;
  /** Gives the refusal, or nothing. */
  readonly refuses: (deps: AuthDependencies, request: AuthorizationRequest) => OAuthError | undefined;
}

const error = (code: ConstructorParameters<typeof OAuthError>[0], text: string): OAuthError =>
  new OAuthError(code, text);

/** Does the request ask for records, and so must say at which server? */
function needsAudience({ form, scope }: AuthorizationRequest): boolean {
  return form.launch !== undefined || form.scope?.includes('launch') === true || resourceScopes(scope).length > 0;
}

const MAX_LENGTH: Readonly<Record<string, number>> = { state: 2048, nonce: 512, launch: 64 };

/** Prompts that want the person asked, whoever she is. @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest */
const ASKS: readonly string[] = ['login', 'consent', 'select_account'];

function promptsOf({ prompt }: Form): ReadonlySet<string> {
  return new Set((prompt ?? '').split(' ').filter((one) => one !== ''));
}

/** What is refused by a redirect, in this order. @see https://hl7.org/fhir/smart-app-launch/app-launch.html#obtain-authorization-code */
const CHECKS: readonly Check[] = [
  {
    name: 'response_type',
    refuses: (_, { form }) =>
      form.response_type === 'code' ? undefined : error('unsupported_response_type', 'response_type must be code'),
  },
  {
    name: 'pkce',
    refuses: (_, { form }) =>
      form.code_challenge_method === 'S256' && isChallenge(form.code_challenge)
        ? undefined
        : error('invalid_request', 'PKCE with code_challenge_method S256 is required'),
  },
  {
    name: 'scope-length',
    refuses: (_, { form }) =>
      (form.scope?.length ?? 0) > MAX_SCOPE_LENGTH ? error('invalid_scope', 'The scope is too long') : undefined,
  },
  {
    name: 'aud',
    refuses: (deps, request) => {
      const audience = request.form.aud?.replace(/\/$/, '');
      const isOurs = audience === `${deps.baseUrl}/fhir/R4`;
      const isMissing = audience === undefined && !needsAudience(request);
      return isOurs || isMissing ? undefined : error('invalid_request', 'aud must be the address of this FHIR server');
    },
  },
  {
    name: 'length',
    refuses: (_, { form }) =>
      Object.entries(MAX_LENGTH).some(([name, most]) => (form[name]?.length ?? 0) > most)
        ? error('invalid_request', 'state, nonce or launch is too long')
        : undefined,
  },
  {
    name: 'response_mode',
    refuses: (_, { form }) =>
      (form.response_mode ?? 'query') === 'query' ? undefined : error('invalid_request', 'response_mode must be query'),
  },
  {
    name: 'request object',
    refuses: (_, { form }) => {
      const code = (['request', 'request_uri'] as const).find((name) => form[name] !== undefined);
      return code && error(`${code}_not_supported`, `${code} is not supported`);
    },
  },
  {
    name: 'prompt',
    refuses: (_, { form }) =>
      promptsOf(form).has('none') && promptsOf(form).size > 1
        ? error('invalid_request', 'prompt=none stands alone')
        : undefined,
  },
  {
    name: 'max_age',
    refuses: (_, { form }) =>
      /^\d{1,9}$/.test(form.max_age ?? '0')
        ? undefined
        : error('invalid_request', 'max_age must be a number of seconds'),
  },
];

/** What a person can grant: `system/` is for clients that act for themselves. */
function personScopes(deps: AuthDependencies, scope: string | undefined): string[] {
  return grantableScopes(deps, scope ?? 'openid profile').filter((one) => !one.startsWith('system/'));
}

/**
 * The client and its redirect URI. What is wrong with these is shown to the person, never sent on.
 * @throws OAuthError 400
 */
async function trustedRequest(deps: AuthDependencies, form: Form): Promise<AuthorizationRequest> {
  const clientId = form.client_id === 'undefined' ? undefined : form.client_id;
  const client = clientId ? await findClient(deps.database, clientId) : undefined;
  if (clientId && (!client || !isClientOn(client.resource))) {
    throw error('invalid_request', 'This app is not registered here');
  }
  const redirectUri = form.redirect_uri ?? '';
  if (!redirectUri || !isRedirectAllowed(client?.resource, redirectUri, deps.baseUrl)) {
    throw error('invalid_request', 'The redirect_uri is not registered for this app');
  }
  return { form, client, redirectUri, scope: personScopes(deps, form.scope).join(' ') };
}

function redirect(response: Response, uri: string, query: Readonly<Record<string, string | undefined>>): void {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      url.searchParams.set(name, value);
    }
  }
  response.redirect(302, url.toString());
}

/**
 * `GET oauth2/authorize`: a signed-in person goes straight back with a code, everybody else to the sign-in page.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export async function authorize(deps: AuthDependencies, request: Request, response: Response): Promise<void> {
  const form = formOf(request.method === 'POST' ? request.body : request.query);
  const trusted = await trustedRequest(deps, form);
  const back = (query: Readonly<Record<string, string | undefined>>): void =>
    redirect(response, trusted.redirectUri, { ...query, state: form.state, iss: deps.baseUrl });
  const refusal = CHECKS.map((check) => check.refuses(deps, trusted)).find((found) => found !== undefined);
  if (refusal) {
    back({ error: refusal.code, error_description: refusal.message });
    return;
  }
  const prompts = promptsOf(form);
  const isAsked = ASKS.some((prompt) => prompts.has(prompt));
  const { code, lacks } = isAsked ? {} : await codeForSignedIn(deps, trusted, request.get('cookie'));
  if (code) {
    back({ code });
    return;
  }
  if (prompts.has('none')) {
    back({ error: `${lacks}_required`, error_description: `Without a ${lacks} there is no code` });
    return;
  }
  const page = new URL(deps.loginPath, deps.baseUrl);
  page.search = new URLSearchParams(Object.entries(form) as [string, string][]).toString();
  response.redirect(302, page.toString());
}
