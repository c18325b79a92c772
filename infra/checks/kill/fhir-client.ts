import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const demoFile = z.looseObject({ superAdmin: z.object({ email: z.string(), password: z.string() }) });
const withId = z.looseObject({ id: z.string() });
const client = z.looseObject({ id: z.string(), secret: z.string() });
const login = z.looseObject({ code: z.string() });
const token = z.looseObject({ access_token: z.string() });

/** Credentials of a client application with full rights in a project of its own. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly projectId: string;
}

/** Makes a project and a client in it, as the super-admin that the demo's file names. */
export async function makeProject(base: string, dataDir: string): Promise<Credentials> {
  const { superAdmin } = demoFile.parse(JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')));
  const verifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
  const signIn = { ...superAdmin, scope: 'openid', codeChallenge, codeChallengeMethod: 'S256' };
  const { code } = login.parse(await send(base, '', 'POST', 'auth/login', signIn));
  const bearer = await tokenOf(base, { grant_type: 'authorization_code', code, code_verifier: verifier });
  const parameters = { resourceType: 'Parameters', parameter: [{ name: 'name', valueString: 'Kill test' }] };
  const { id } = withId.parse(await send(base, bearer, 'POST', 'fhir/R4/Project/$init', parameters));
  const made = client.parse(await send(base, bearer, 'POST', `admin/projects/${id}/client`, { name: 'kill-test' }));
  return { clientId: made.id, clientSecret: made.secret, projectId: id };
}

/** An access token for the client. */
export function clientToken(base: string, { clientId, clientSecret }: Credentials): Promise<string> {
  return tokenOf(base, { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
}

async function tokenOf(base: string, fields: Record<string, string>): Promise<string> {
  const response = await fetch(`${base}/oauth2/token`, { method: 'POST', body: new URLSearchParams(fields) });
  return token.parse(await response.json()).access_token;
}

/** Sends one request. @throws Error on any answer that is not 2xx, or when there is none. */
export async function send(
  base: string,
  bearer: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${base}/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  }
  return text === '' ? undefined : JSON.parse(text);
}
