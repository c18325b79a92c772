import { randomUUID } from 'node:crypto';
import { conformanceResources } from '@mindbridge/fhir-profiles/conformance';
import type { AccessGrant } from './access/index.ts';
import type { Auth } from './auth/index.ts';
import { blindIndexer, blindTokens } from './blind-index.ts';
import { botGuard } from './bots/index.ts';
import { createChangeWatch } from './change-watch.ts';
import { loadDefinitions } from './definitions/index.ts';
import type { RequestContext } from './fhir/index.ts';
import { createFhirPathTypes } from './fhirpath-types.ts';
import { dataFolder, type OpenGround } from './ground.ts';
import { createIndexer, extendIndexer } from './indexing/index.ts';
import { createStamp, createTenantParameters, INDEX_PARAMETERS, searchParameterGuard } from './operations/index.ts';
import { createTenantProfiles } from './profile-sources.ts';
import { createProposedChanges } from './proposed-changes.ts';
import { RELABEL } from './relabel.ts';
import {
  createRecentRows,
  createRidAllocator,
  type JobQueue,
  Repository,
  type RepositoryDependencies,
} from './repository/index.ts';
import { keepNotes, safeguards } from './safeguards.ts';
import { scopedSubscriptions } from './scoped-subscriptions.ts';
import { createSearch } from './search/index.ts';
import { searchTerminology } from './search-terminology.ts';
import { createSecondApprover } from './second-approver.ts';
import type { Subscriptions } from './subscriptions/index.ts';
import { createPrograms } from './substance-use-program.ts';
import { systemContext, systemGrant } from './system-rights.ts';
import { tenantDependencies } from './tenant-dependencies.ts';
import { createConceptStore, createTerminology } from './terminology/index.ts';
import { createProfileValidator, createValidator, sanitize } from './validation/index.ts';

/** Rooms that are put together after the records, and that a change of them reaches. */
export interface LaterRooms {
  readonly enqueue: JobQueue['enqueue'];
  readonly forgetTenant: Auth['forgetTenant'];
  readonly subscriptions: () => Pick<Subscriptions, 'guard' | 'wake'>;
}

/** The records with all that is looked at before one is stored or found. */
export type HouseRecords = ReturnType<typeof houseRecords>;

/** Definitions, terminology, search and validation, and the repositories over them. */
export function houseRecords(ground: OpenGround, later: LaterRooms) {
  const { config, database, observer, vault, fhirUrl, warn, clock } = ground;
  const repositoryFor = (context: RequestContext, grant: AccessGrant): Repository =>
    stamp.watching(new Repository(database, dependenciesOf(context.tenant), context, grant), context);
  const repositoryAs = (tenant: number, author: string): Repository =>
    repositoryFor({ ...systemContext(tenant), author }, systemGrant(tenant));
  const systemRepository = (tenant: number): Repository => repositoryFor(systemContext(tenant), systemGrant(tenant));
  const enqueue = async (kind: string, path: string, context: RequestContext): Promise<void> => {
    await later.enqueue({ kind, context, grant: systemGrant(context.tenant), url: fhirUrl + path, request: {} });
  };

  const definitions = loadDefinitions(ground.cacheDir ?? dataFolder(config, 'cache'), conformanceResources());
  const plainIndexer = createIndexer(definitions);
  const indexer = blindIndexer(plainIndexer, vault.blind);
  const validator = createValidator(definitions, { maxDepth: config.maxDepth });
  const profiles = createProfileValidator(definitions);
  const conceptsOf = createConceptStore(database);
  const terminology = createTerminology(definitions, clock, conceptsOf);
  const profilesOf = createTenantProfiles(systemRepository, terminology, clock);
  const parameters = createTenantParameters({
    database,
    definitions,
    base: indexer,
    extend: (custom) => blindIndexer(extendIndexer(definitions, plainIndexer, custom), vault.blind),
    enqueue: (tenant) => enqueue(INDEX_PARAMETERS, 'SearchParameter', systemContext(tenant)),
    log: warn,
  });
  const search = createSearch({
    definitions,
    indexer,
    indexerOf: parameters.indexerOf,
    baseUrl: fhirUrl,
    clock,
    terminology: searchTerminology(terminology, systemRepository),
    blind: blindTokens(vault.blind),
  });

  const programs = createPrograms({ systemRepository, clock });
  const watch = createChangeWatch({
    access: later.forgetTenant,
    codes: (tenant, projectId) => {
      programs.forget(tenant);
      enqueue(RELABEL, '$relabel', { ...systemContext(tenant), projectId }).catch((error: unknown) =>
        warn('relabel-failed', error),
      );
    },
    parameters: (tenant) => {
      parameters.refresh(tenant).catch((error: unknown) => warn('search-parameters-failed', error));
    },
  });
  const changes = createProposedChanges({ database, seal: vault.seal, clock });
  const secondApprover = createSecondApprover({
    database,
    changes,
    systemRepository,
    clock,
    alert: (event) => observer.emit({ type: 'access-change', ...event }),
  });
  const stamp = createStamp({ database, systemRepository, clock });
  const dependencies: RepositoryDependencies = {
    indexer,
    search,
    validate: (resource) => validator.validate(resource),
    validateProfiles: (tenant, resource) => profiles.validate(resource, profilesOf(tenant)),
    loadFhirPathType: createFhirPathTypes(definitions),
    sanitize,
    seal: vault.seal,
    recent: createRecentRows(),
    nextRid: createRidAllocator(database),
    clock,
    generateId: randomUUID,
    committed: (tenant) => {
      watch.committed(tenant);
      later.subscriptions().wake(tenant);
    },
    guards: [
      searchParameterGuard({ definitions, base: indexer, parameters }),
      watch.guard,
      (change) => later.subscriptions().guard(change),
      botGuard,
      scopedSubscriptions,
      stamp.guard,
      ...safeguards({ systemRepository, programOf: programs.of, clock }),
      secondApprover.guard,
    ],
    deletionGuards: [keepNotes, secondApprover.deletionGuard, watch.deletionGuard],
    companions: { of: stamp.companions, grant: systemGrant },
  };
  const dependenciesOf = tenantDependencies(dependencies, parameters);
  return {
    ...{ definitions, indexer, validator, profiles, conceptsOf, terminology, parameters, search },
    ...{ programs, changes, secondApprover, stamp, repositoryFor, repositoryAs, systemRepository },
    /** Where FHIR's own definitions go: they are good as they come. */
    definitionsRepository(): Repository {
      const trusted: RepositoryDependencies = { ...dependencies, validate: () => [], sanitize: (resource) => resource };
      return new Repository(database, trusted, systemContext(1), systemGrant(1));
    },
  };
}
