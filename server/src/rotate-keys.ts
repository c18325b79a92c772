import type { Parameters } from '@medplum/fhirtypes';
import { type AuthState, type CredentialCarrier, isSteppedUp } from './auth/index.ts';
import { forbidden } from './fhir/index.ts';
import type { Operation } from './repository/index.ts';
import type { Vault } from './vault/index.ts';

export interface RotateKeysDependencies {
  readonly vault: Pick<Vault, 'rotate' | 'reseal'>;
  readonly authenticate: (request: CredentialCarrier) => Promise<AuthState>;
  readonly clock: () => Date;
  /** Told when sealing again failed; the old key goes on opening what it sealed. */
  readonly log: (worker: string, error: unknown) => void;
}

/**
 * `$rotate-keys`: a project's admin, having just proven to be there, gives the clinic a new data key. What was sealed
 * before is sealed again beside the traffic; an end of the process leaves the rest under the old key, which still opens it.
 */
export function rotateKeysOperation({ vault, authenticate, clock, log }: RotateKeysDependencies): Operation {
  return {
    name: '$rotate-keys',
    level: 'system',
    types: [],
    methods: ['POST'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/rotate-keys',
    async handle({ context, headers }) {
      const state = await authenticate({ headers });
      if (!state.isProjectAdmin) {
        throw forbidden('rotate-keys-denied', 'Only an admin of the project rotates its keys');
      }
      if (!isSteppedUp(state, clock())) {
        throw forbidden('step-up-required', 'A change of keys needs a fresh proof that it is you: POST auth/step-up');
      }
      await vault.rotate(context.tenant);
      vault.reseal(context.tenant).catch((error: unknown) => log('reseal', error));
      const resource: Parameters = {
        resourceType: 'Parameters',
        parameter: [{ name: 'rotated', valueInstant: clock().toISOString() }],
      };
      return { status: 202, resource };
    },
  };
}
