import type { Project } from '@medplum/fhirtypes';
import type { AccessGrant } from './access/index.ts';
import { type Auth, type AuthDependencies, isSteppedUp } from './auth/index.ts';
import type { Bots } from './bots/index.ts';
import type { BreakGlass } from './break-glass.ts';
import { chartOperations } from './chart-operations.ts';
import { type Config, isBaaProvider } from './config/index.ts';
import { createSchemaQuery } from './definitions/index.ts';
import { explainAccessOperation } from './explain-access.ts';
import type { RequestContext } from './fhir/index.ts';
import { versionsOperation } from './http/index.ts';
import { jobOperations } from './jobs/index.ts';
import { type ClaudeSettings, modelOperations } from './models/index.ts';
import {
  acceptanceOperation,
  activePromptOperation,
  aiRecordOperations,
  disclosuresOperation,
  everythingOperation,
  GRAPHQL_LIMITS,
  graphqlOperations,
  indexStatusOperation,
  isPromptInUse,
  noteOperations,
  promptOperations,
  type RecordDependencies,
  recordOperations,
  type Stamp,
  speechEngines,
  type TenantParameters,
  transcriptOperation,
} from './operations/index.ts';
import { profileSourcesOf } from './profile-sources.ts';
import { proposedChangeOperations } from './proposed-change-operations.ts';
import type { ProposedChanges } from './proposed-changes.ts';
import { relabelOperation } from './relabel.ts';
import type { JobQueue, Operation, Repository } from './repository/index.ts';
import { rotateKeysOperation } from './rotate-keys.ts';
import type { SecondApprover } from './second-approver.ts';
import { stepUpForExport } from './step-up-for-export.ts';
import type { Subscriptions } from './subscriptions/index.ts';
import { tenantOperations } from './tenant-operations.ts';
import { type createTerminology, terminologyOperations } from './terminology/index.ts';
import { type createProfileValidator, type createValidator, validateOperations } from './validation/index.ts';
import type { Vault } from './vault/index.ts';

/** What operations are made of. */
export interface OperationRooms {
  readonly config: Config;
  readonly records: RecordDependencies;
  readonly queue: JobQueue;
  readonly parameters: TenantParameters;
  readonly terminology: ReturnType<typeof createTerminology>;
  readonly validator: ReturnType<typeof createValidator>;
  readonly profiles: ReturnType<typeof createProfileValidator>;
  readonly auth: Auth;
  readonly people: Pick<AuthDependencies, 'keys' | 'tenants'>;
  readonly profileGrant: (tenant: number, profile: string) => Promise<AccessGrant | undefined>;
  readonly breakGlass: BreakGlass;
  readonly changes: ProposedChanges;
  readonly secondApprover: SecondApprover;
  readonly subscriptions: Subscriptions;
  readonly bots: Bots;
  readonly stamp: Stamp;
  /** Keys of tenants, and everything that lies under them. */
  readonly vault: Pick<Vault, 'rotate' | 'reseal'>;
  readonly systemRepository: (tenant: number) => Repository;
  /** The all-seeing repository under the name of an author, and under a request of its own. */
  readonly repositoryAs: (tenant: number, author: string) => Repository;
  readonly trusted: (context: RequestContext) => Repository;
  readonly log: (worker: string, error: unknown) => void;
}

/** Every `$operation` that the server has. */
export function houseOperations(rooms: OperationRooms): Operation[] {
  const { config, records, queue, parameters, terminology, validator, profiles, auth, people, profileGrant } = rooms;
  const { breakGlass, changes, secondApprover, subscriptions, bots, stamp, vault, systemRepository } = rooms;
  const { repositoryAs, trusted, log } = rooms;
  const { database, definitions, search, clock } = records;
  return [
    versionsOperation,
    ...jobOperations({ database, fhirUrl: records.fhirUrl, resourceTypes: definitions.resourceTypes() }),
    ...recordOperations(records, queue),
    indexStatusOperation(parameters),
    ...auth.operations,
    ...terminologyOperations(terminology),
    ...validateOperations({
      definitions,
      validator,
      profiles,
      sourcesFor: (call) => profileSourcesOf(call.repository, terminology),
    }),
    ...subscriptions.operations,
    ...bots.operations.map(secondApprover.deployment),
    ...proposedChangeOperations({
      changes,
      authenticate: auth.authenticate,
      repositoryAs,
      operations: bots.operations,
      clock,
    }),
    transcriptOperation({ trusted, speech: speechEngines(config, clock), clock }),
    ...noteOperations({
      search,
      trusted,
      isSteppedUp: (context) => isSteppedUp(context, clock()),
      runBot: ({ bot, input, context }) =>
        bots.run({
          tenant: context.tenant,
          bot,
          cause: 'execute',
          inputJson: JSON.stringify(input),
          inputLabel: 'Parameters',
          contentType: 'application/fhir+json',
          requester: context.author,
          traceId: context.requestId,
          idempotencyKey: context.requestId,
          attempt: 1,
          depth: context.depth,
        }),
      get signingKey() {
        return people.keys.current;
      },
      clock,
    }),
    ...aiRecordOperations(database),
    ...promptOperations({ trusted, clock }),
    activePromptOperation({ trusted, clock }),
    acceptanceOperation(database, clock),
    ...modelOperations({
      database,
      clock,
      claude: claudeSettings(config),
      settingsOf: async ({ tenant, projectId }) =>
        (await systemRepository(tenant).readResource<Project>('Project', projectId)).setting ?? [],
      readsOf: stamp.readsOf,
      isPromptInUse: ({ tenant }, id, version) => isPromptInUse(systemRepository(tenant), id, version),
    }),
    breakGlass.operation,
    relabelOperation({ queue, fhirUrl: records.fhirUrl }),
    ...tenantOperations({
      tenants: people.tenants,
      authenticate: auth.authenticate,
      systemRepository,
      forgetTenant: auth.forgetTenant,
    }),
    explainAccessOperation({
      database,
      search,
      authenticate: auth.authenticate,
      profileGrant,
      systemRepository,
      secondApprover,
      clock,
    }),
    rotateKeysOperation({ vault, authenticate: auth.authenticate, clock, log }),
    disclosuresOperation(database),
    everythingOperation({ search, compartmentTypes: [...definitions.compartment('Patient').keys()] }),
    ...graphqlOperations({ definitions, search, schemaQuery: createSchemaQuery(definitions), limits: GRAPHQL_LIMITS }),
  ]
    .map(stepUpForExport(clock))
    .map(chartOperations);
}

function claudeSettings(config: Config): ClaudeSettings | undefined {
  const timeoutMs = config.anthropicTimeoutSeconds * 1000;
  const { anthropicApiKey: apiKey, anthropicBaseUrl: baseUrl, anthropicModel: model, anthropicPrices: price } = config;
  const isOpen = apiKey !== undefined && isBaaProvider(config.baaProviders, 'anthropic', baseUrl);
  return isOpen
    ? { apiKey, model, timeoutMs, ...(baseUrl !== undefined && { baseUrl }), ...(price && { price }) }
    : undefined;
}
