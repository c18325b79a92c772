import type { ClientApplication, Extension, Parameters } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid, notFound } from '../fhir/index.ts';
import type { Operation } from '../repository/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import type { CredentialCarrier } from './authenticate.ts';
import { RETIRING_SECRET_EXPIRES, SECRET_EXPIRES } from './client-application.ts';
import { findByReference } from './find-resource.ts';
import { newSecret } from './secrets.ts';
import { requireRecentStepUp } from './step-up.ts';

const DAY_MS = 86_400_000;
/** How long the secret before goes on working, in days, unless the request says otherwise. */
const RETIRING_DAYS = 7;

const days = z.int().min(0).max(3650);
const INPUT = z.object({
  parameter: z.array(z.object({ name: z.enum(['expiresInDays', 'retiringDays']), valueInteger: days })).default([]),
});

function readInput(body: unknown): { readonly expiresInDays?: number; readonly retiringDays?: number } {
  const read = INPUT.safeParse(body ?? {});
  if (!read.success) {
    throw invalid(
      'rotate-secret',
      'Needed valueInteger from 0 to 3650 for expiresInDays and retiringDays',
      'parameter',
    );
  }
  return Object.fromEntries(read.data.parameter.map(({ name, valueInteger }) => [name, valueInteger]));
}

const instant = (url: string, now: Date, inDays: number): Extension => ({
  url,
  valueInstant: new Date(now.getTime() + inDays * DAY_MS).toISOString(),
});

/**
 * `ClientApplication/[id]/$rotate-secret`: a new secret, told once; the one before goes on working for a while, so that no
 * integration fails in between.
 */
export function rotateSecretOperation(
  deps: AuthDependencies,
  authenticate: (request: CredentialCarrier) => Promise<AuthState>,
): Operation {
  return {
    name: '$rotate-secret',
    level: 'instance',
    types: ['ClientApplication'],
    methods: ['POST'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/rotate-secret',
    async handle({ context, headers, id, body }) {
      const state = await authenticate({ headers });
      if (!state.isProjectAdmin) {
        throw forbidden('rotate-secret-denied', 'Only an admin of the project rotates the secrets of its clients');
      }
      requireRecentStepUp(state, deps.clock());
      const { expiresInDays, retiringDays = RETIRING_DAYS } = readInput(body);
      const client = await findByReference<ClientApplication>(deps.database, context.tenant, `ClientApplication/${id}`);
      if (!client?.secret) {
        throw notFound();
      }
      const now = deps.clock();
      const kept = (client.extension ?? []).filter(
        ({ url }) => url !== SECRET_EXPIRES && url !== RETIRING_SECRET_EXPIRES,
      );
      const secret = newSecret();
      await deps.systemRepository(context.tenant).updateResource<ClientApplication>({
        ...client,
        secret,
        retiringSecret: client.secret,
        extension: [
          ...kept,
          instant(RETIRING_SECRET_EXPIRES, now, retiringDays),
          ...(expiresInDays === undefined ? [] : [instant(SECRET_EXPIRES, now, expiresInDays)]),
        ],
      });
      const resource: Parameters = { resourceType: 'Parameters', parameter: [{ name: 'secret', valueString: secret }] };
      return { resource };
    },
  };
}
