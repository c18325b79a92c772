import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** A client of a clinic on some Medplum-compatible server. */
export const clinicClientSchema = z.object({ clientId: z.string(), clientSecret: z.string() });
export type ClinicClient = z.output<typeof clinicClientSchema>;

/** Who may make clinics on the server. */
export interface SuperAdmin {
  readonly email: string;
  readonly password: string;
}

const withId = z.looseObject({ id: z.string() });
const withSecret = z.looseObject({ id: z.string(), secret: z.string() });
const withCode = z.looseObject({ code: z.string() });
const withToken = z.looseObject({ access_token: z.string() });
const memberships = z.looseObject({ entry: z.array(z.looseObject({ resource: withId })).optional() });

/** What Medplum lends to a clinic only when asked: bots, their schedules, atomic transactions, and what keeps screens live. */
const FEATURES = ['bots', 'cron', 'transaction-bundles', 'websocket-subscriptions'];

/**
 * Makes a clinic in which bots may run, and a client that administrates it, as the server's super-admin, by endpoints that
 * Medplum has too. @throws Refused that names the request which the server refused.
 */
export async function makeClinicClient(base: string, admin: SuperAdmin, name: string): Promise<ClinicClient> {
  const bearer = await signIn(base, admin);
  const call = (method: string, path: string, body?: unknown): Promise<unknown> =>
    json(base, bearer, method, path, body);
  const parameters = { resourceType: 'Parameters', parameter: [{ name: 'name', valueString: name }] };
  const { id } = withId.parse(await call('POST', 'fhir/R4/Project/$init', parameters));
  const client = withSecret.parse(await call('POST', `admin/projects/${id}/client`, { name: 'deploy' }));
  await askedOfMedplum(async () => {
    const project = withId.parse(await call('GET', `fhir/R4/Project/${id}`));
    await call('PUT', `fhir/R4/Project/${id}`, { ...project, features: FEATURES });
    const query = `fhir/R4/ProjectMembership?profile=ClientApplication/${client.id}`;
    for (const { resource } of memberships.parse(await call('GET', query)).entry ?? []) {
      await call('PUT', `fhir/R4/ProjectMembership/${resource.id}`, { ...resource, admin: true });
    }
  });
  return { clientId: client.id, clientSecret: client.secret };
}

/** Steps without which Medplum runs no bots and keeps no screen live. Our own server needs none of them, and lets no super-admin into a clinic. */
async function askedOfMedplum(steps: () => Promise<void>): Promise<void> {
  try {
    await steps();
  } catch (error) {
    if (!(error instanceof Refused && error.status === 403)) {
      throw error;
    }
  }
}

class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(request: string, status: number) {
    super(`${request} was answered with ${status}`);
    this.status = status;
  }
}

async function signIn(base: string, { email, password }: SuperAdmin): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
  const login = { email, password, scope: 'openid', codeChallenge, codeChallengeMethod: 'S256' };
  const { code } = withCode.parse(await json(base, undefined, 'POST', 'auth/login', login));
  const fields = { grant_type: 'authorization_code', code, code_verifier: verifier };
  const response = await fetch(`${base}oauth2/token`, { method: 'POST', body: new URLSearchParams(fields) });
  return withToken.parse(await response.json()).access_token;
}

async function json(
  base: string,
  bearer: string | undefined,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(base + path, {
    method,
    headers: {
      'content-type': path.startsWith('fhir/') ? 'application/fhir+json' : 'application/json',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw new Refused(`${method} ${path.split('?')[0]}`, response.status);
  }
  return response.json();
}
