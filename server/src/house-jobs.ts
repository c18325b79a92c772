import { reportAccessAnomalies } from './access-anomalies.ts';
import { type AuthDependencies, moveSecretsToVault, purgeSessions } from './auth/index.ts';
import type { Bots } from './bots/index.ts';
import { FhirError } from './fhir/index.ts';
import type { OpenGround } from './ground.ts';
import type { HouseRecords } from './house-records.ts';
import type { HouseRights } from './house-rights.ts';
import { bundleHandler, type FhirServices } from './http/index.ts';
import { createJobQueue, createJobRunner, createJobs } from './jobs/index.ts';
import { expireDrafts, indexParametersHandler, type RecordDependencies, recordHandlers } from './operations/index.ts';
import { relabelHandler } from './relabel.ts';
import type { Repository } from './repository/index.ts';
import { SYSTEM_AUTHOR, systemGrant } from './system-rights.ts';

/** What jobs work on. */
export interface JobRooms {
  readonly records: HouseRecords;
  readonly recordDependencies: RecordDependencies;
  readonly rights: HouseRights;
  readonly bots: Bots;
  readonly services: () => FhirServices;
}

/** The queue of what takes longer than a request, and who works through it. */
export function houseQueue({ database, fhirUrl, warn, clock }: OpenGround, rooms: JobRooms) {
  const { records, recordDependencies, rights, bots, services } = rooms;
  const { definitions, parameters, programs, repositoryFor, systemRepository } = records;
  const runner = createJobRunner({
    database,
    handlers: [
      ...recordHandlers(recordDependencies),
      indexParametersHandler({ database, parameters }),
      relabelHandler({ database, systemRepository, programs, clock }),
      bundleHandler({ services, repositoryFor }),
      bots.jobHandler,
    ],
    rightsOf: async ({ tenant, author, clientId }) =>
      author === SYSTEM_AUTHOR
        ? systemGrant(tenant)
        : rights.grantNow(tenant, author, clientId && `ClientApplication/${clientId}`),
    log: warn,
  });
  const resourceTypes = definitions.resourceTypes();
  return { runner, queue: createJobQueue({ database, fhirUrl, resourceTypes, wake: runner.wake }) };
}

/** What is done again and again without anybody asking. */
export function houseChores(
  ground: OpenGround,
  systemRepository: (tenant: number) => Repository,
  people: AuthDependencies,
) {
  const { config, database, warn, clock } = ground;
  const { tenants } = people;
  return createJobs({
    database,
    endSubscription: (tenant, id) => endSubscription(systemRepository(tenant), id),
    purge: [
      () => purgeSessions(database, clock()),
      () => moveSecretsToVault(people),
      async () =>
        expireDrafts({
          tenants: (await tenants.list()).map(({ tenant }) => tenant),
          systemRepository,
          days: config.aiDraftDays,
          clock,
        }),
    ],
    watch: () => reportAccessAnomalies({ database, tenants, systemRepository, clock }),
    log: warn,
    clock,
  });
}

/** Deletes a websocket Subscription that nobody listens to; it may be gone already. */
async function endSubscription(repository: Repository, id: string): Promise<void> {
  await repository.remove('Subscription', id).catch((error: unknown) => {
    if (!(error instanceof FhirError && error.status === 404)) {
      throw error;
    }
  });
}
