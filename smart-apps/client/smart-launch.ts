/** What the authorization server's discovery document must hold. */
export interface SmartConfiguration {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
}

/** How an app is registered. */
export interface SmartApp {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
}

/** What the token answer carries besides the token. @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export interface SmartTokens {
  readonly iss: string;
  readonly clientId: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Id of the patient in context, when the launch had one. */
  readonly patient?: string;
  /** Id of the visit in context, when the launch had one. */
  readonly encounter?: string;
  readonly needPatientBanner: boolean;
  readonly scope: string;
  readonly project?: { readonly reference?: string; readonly display?: string };
  readonly profile?: { readonly reference?: string; readonly display?: string };
}

/** Everything outside the app that a launch touches; tests bring their own. */
export interface SmartEdge {
  readonly fetch: typeof fetch;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly crypto: Pick<Crypto, 'getRandomValues' | 'subtle'>;
}

interface Pending {
  readonly verifier: string;
  readonly iss: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly tokenEndpoint: string;
}

/** A launch that cannot go on, in words for the person. */
export class SmartLaunchError extends Error {}

const STORE = 'smart-launch:';

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function randomText(edge: SmartEdge): string {
  return base64url(edge.crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier: string, edge: SmartEdge): Promise<string> {
  return base64url(new Uint8Array(await edge.crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

/** Reads the endpoints of the FHIR server `iss`. */
export async function discover(iss: string, edge: Pick<SmartEdge, 'fetch'>): Promise<SmartConfiguration> {
  const response = await edge.fetch(`${iss.replace(/\/$/, '')}/.well-known/smart-configuration`, {
    headers: { accept: 'application/json' },
  });
  const body = record(response.ok ? await response.json() : undefined);
  const authorizationEndpoint = text(body.authorization_endpoint);
  const tokenEndpoint = text(body.token_endpoint);
  if (!authorizationEndpoint || !tokenEndpoint) {
    throw new SmartLaunchError('This record system did not say how to sign in to it.');
  }
  return { authorizationEndpoint, tokenEndpoint };
}

/**
 * Begins an authorization: by EHR launch when `launch` is given, standalone otherwise. Returns the address to go to.
 * @see https://hl7.org/fhir/smart-app-launch/app-launch.html
 */
export async function beginLaunch(
  iss: string,
  launch: string | undefined,
  app: SmartApp,
  edge: SmartEdge,
): Promise<string> {
  const endpoints = await discover(iss, edge);
  const [state, verifier] = [randomText(edge), randomText(edge)];
  const pending: Pending = { verifier, iss, ...app, tokenEndpoint: endpoints.tokenEndpoint };
  edge.storage.setItem(STORE + state, JSON.stringify(pending));
  const url = new URL(endpoints.authorizationEndpoint);
  const query = {
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: app.redirectUri,
    scope: launch ? `launch ${app.scope}` : app.scope,
    state,
    aud: iss,
    code_challenge: await challengeOf(verifier, edge),
    code_challenge_method: 'S256',
    ...(launch ? { launch } : {}),
  };
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.set(name, value);
  }
  return url.toString();
}

function pendingOf(state: string | null, edge: SmartEdge): Pending {
  const stored = state ? edge.storage.getItem(STORE + state) : null;
  if (!stored) {
    throw new SmartLaunchError('This sign-in was not begun here, or was used before. Open the app again.');
  }
  edge.storage.removeItem(STORE + state);
  return JSON.parse(stored) as Pending;
}

function tokensOf(body: Readonly<Record<string, unknown>>, pending: Pending): SmartTokens {
  const accessToken = text(body.access_token);
  if (!accessToken) {
    throw new SmartLaunchError(text(body.error_description) ?? 'The record system gave no access.');
  }
  const reference = (value: unknown): { reference?: string; display?: string } | undefined =>
    value ? { reference: text(record(value).reference), display: text(record(value).display) } : undefined;
  return {
    iss: pending.iss,
    clientId: pending.clientId,
    accessToken,
    refreshToken: text(body.refresh_token),
    patient: text(body.patient),
    encounter: text(body.encounter),
    needPatientBanner: body.need_patient_banner !== false,
    scope: text(body.scope) ?? '',
    project: reference(body.project),
    profile: reference(body.profile),
  };
}

/** Ends an authorization with the query that the record system sent back: exchanges the code for tokens. */
export async function completeLaunch(query: URLSearchParams, edge: SmartEdge): Promise<SmartTokens> {
  const pending = pendingOf(query.get('state'), edge);
  const code = query.get('code');
  if (!code) {
    throw new SmartLaunchError(query.get('error_description') ?? 'Access was not given.');
  }
  const response = await edge.fetch(pending.tokenEndpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: pending.redirectUri,
      client_id: pending.clientId,
      code_verifier: pending.verifier,
    }).toString(),
  });
  return tokensOf(record(await response.json().catch(() => undefined)), pending);
}

/** Splits a FHIR base into what MedplumClient wants: an origin with path, and the FHIR path below it. */
export function splitFhirBase(iss: string): { readonly baseUrl: string; readonly fhirUrlPath: string } {
  const base = iss.replace(/\/$/, '');
  return base.endsWith('/fhir/R4')
    ? { baseUrl: base.slice(0, -'fhir/R4'.length), fhirUrlPath: 'fhir/R4' }
    : { baseUrl: `${base}/`, fhirUrlPath: '' };
}
