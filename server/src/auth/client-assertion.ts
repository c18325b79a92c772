import type { ClientApplication } from '@medplum/fhirtypes';
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { ClientKeys } from './client-keys.ts';
import type { Found } from './find-resource.ts';

/** @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2 */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Algorithms of client assertions. @see https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html */
export const ASSERTION_ALGORITHMS: readonly string[] = ['RS384', 'ES384', 'RS256', 'ES256'];

/** Longest life of an assertion, and how far clocks may differ. */
const MAX_LIFE_SECONDS = 300;
const SKEW_SECONDS = 10;

const CLAIMS = z.object({ iss: z.string(), sub: z.string(), exp: z.number(), jti: z.string().min(1).max(512) });

/** The client an assertion says it comes from; nothing about it is believed yet. */
export function claimedClient(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}

/**
 * Who an assertion may be meant for: the token endpoint, as SMART has it, or this server by its issuer name, as later
 * OAuth has it; and nobody besides.
 * @see https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#authenticating-to-the-token-endpoint
 * @see https://datatracker.ietf.org/doc/draft-ietf-oauth-rfc7523bis/
 */
function isMeantForUs({ baseUrl }: AuthDependencies, audience: string | string[] | undefined): boolean {
  const meant = [audience ?? []].flat();
  return meant.length > 0 && meant.every((one) => one === baseUrl || one === `${baseUrl}/oauth2/token`);
}

async function isFirstUse(deps: AuthDependencies, tenant: number, value: string, exp: number): Promise<boolean> {
  const rows = await deps.database.query(
    sql`INSERT INTO single_use (tenant, kind, value, expires_at)
      VALUES (${tenant}, 'assertion', ${value}, ${new Date((exp + 2 * SKEW_SECONDS) * 1000)})
      ON CONFLICT DO NOTHING RETURNING value`,
  );
  return rows.length > 0;
}

/**
 * Does the assertion prove the client? It must be signed by a key the client registered, be meant for this
 * server, live five minutes at most, and come for the first time. Gives the reason of a refusal, for the log only.
 * @see https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#authenticating-to-the-token-endpoint
 */
export async function assertionFault(
  deps: AuthDependencies,
  keys: ClientKeys,
  client: Found<ClientApplication>,
  assertion: string,
): Promise<string | undefined> {
  try {
    const header = decodeProtectedHeader(assertion);
    const { jku, kid } = header;
    if (!client.resource.jwksUri || !kid) {
      return 'no-key';
    }
    if (jku !== undefined && jku !== client.resource.jwksUri) {
      return 'jku';
    }
    const found = (await keys.keysOf(client.resource, kid)).filter((key) => key.kid === kid);
    const [key] = found;
    if (!key || found.length > 1 || (key.alg && key.alg !== header.alg) || (key.use && key.use !== 'sig')) {
      return 'kid';
    }
    const now = deps.clock();
    const { payload } = await jwtVerify(assertion, await importJWK(key, header.alg), {
      algorithms: [...ASSERTION_ALGORITHMS],
      issuer: client.resource.id,
      subject: client.resource.id,
      clockTolerance: SKEW_SECONDS,
      currentDate: now,
      requiredClaims: ['exp', 'jti'],
    });
    if (!isMeantForUs(deps, payload.aud)) {
      return 'audience';
    }
    const { exp, jti } = CLAIMS.parse(payload);
    if (exp - now.getTime() / 1000 > MAX_LIFE_SECONDS + SKEW_SECONDS) {
      return 'life';
    }
    return (await isFirstUse(deps, client.tenant, `${client.resource.id} ${jti}`, exp)) ? undefined : 'replayed';
  } catch {
    return 'assertion';
  }
}
