import { hkdfSync, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { conformanceResources } from '@mindbridge/fhir-profiles/conformance';
import type { AccessGrant } from './access/index.ts';
import { reportAccessAnomalies } from './access-anomalies.ts';
import { createApp, createHttpServer, FHIR_PATH } from './app.ts';
import { createReadAudit, createSealer } from './audit/index.ts';
import {
  type Auth,
  type AuthDependencies,
  createAuth,
  createProfileGrant,
  createSessionGrant,
  ensureDemoSuperAdmin,
  ensurePlatform,
  followSigningKeys,
  moveSecretsToVault,
  purgeSessions,
  resealSecrets,
} from './auth/index.ts';
import { loadBaseDefinitions, loadOperationDefinitions } from './base-definitions.ts';
import { blindIndexer, blindTokens } from './blind-index.ts';
import { botGuard, createBots } from './bots/index.ts';
import { createBreakGlass } from './break-glass.ts';
import { createChangeWatch } from './change-watch.ts';
import type { Database } from './database/index.ts';
import { type Definitions, loadDefinitions } from './definitions/index.ts';
import { FhirError, type RequestContext } from './fhir/index.ts';
import { fhirServices, servedBy } from './fhir-services.ts';
import { createFhirPathTypes } from './fhirpath-types.ts';
import { dataFolder, type Ground } from './ground.ts';
import { houseOperations } from './house-operations.ts';
import { houseSubscriptions } from './house-subscriptions.ts';
import {
  bundleHandler,
  createBinaryLinks,
  describedDoors,
  fhirDoor,
  openApi,
  operationDefinitions,
  REFUSED_ROUTES,
  SERVED_ROUTES,
  storageDoor,
} from './http/index.ts';
import { createIndexer, extendIndexer } from './indexing/index.ts';
import { createJobQueue, createJobRunner, createJobs } from './jobs/index.ts';
import { linkRepository } from './link-repository.ts';
import { logAuthEvent } from './log-auth-event.ts';
import { createMailer } from './mailer.ts';
import { errorFacts } from './observability/index.ts';
import { openVault } from './open-vault.ts';
import {
  createStamp,
  createTenantParameters,
  expireDrafts,
  INDEX_PARAMETERS,
  indexParametersHandler,
  recordHandlers,
  searchParameterGuard,
} from './operations/index.ts';
import { createGuardedClient, parseAllowList } from './outbound/index.ts';
import { createPatientConsents } from './patient-consents.ts';
import { createTenantProfiles } from './profile-sources.ts';
import { createProposedChanges } from './proposed-changes.ts';
import { rateSubject } from './rate-subject.ts';
import { recordAuthEvent } from './record-auth-event.ts';
import { recordBotRuns } from './record-event-audit.ts';
import { RELABEL, relabelHandler } from './relabel.ts';
import { createRecentRows, createRidAllocator, Repository, type RepositoryDependencies } from './repository/index.ts';
import { keepNotes, safeguards } from './safeguards.ts';
import { scopedSubscriptions } from './scoped-subscriptions.ts';
import { createSearch, type Search } from './search/index.ts';
import { searchTerminology } from './search-terminology.ts';
import { createSecondApprover } from './second-approver.ts';
import { createPrograms } from './substance-use-program.ts';
import { createRateLimiter, createTenants, PLATFORM } from './tenancy/index.ts';
import { tenantDependencies } from './tenant-dependencies.ts';
import { createConceptStore, createTerminology } from './terminology/index.ts';
import { createProfileValidator, createValidator, sanitize } from './validation/index.ts';
import type { Vault } from './vault/index.ts';
import { VERSION } from './version.ts';

/** A server put together: listening is left to the caller. */
export interface House {
  readonly server: Server;
  readonly auth: Auth;
  readonly search: Search;
  readonly definitions: Definitions;
  /** A repository that may see and do everything in one tenant: for start-up work and tests only. */
  readonly systemRepository: (tenant: number) => Repository;
  readonly vault: Vault;
  /** Starts what works in the background, and says that the server is ready. */
  start(): Promise<void>;
  /** Stops taking requests, lets what is under way end, and stops the background; the database stays open. */
  stop(): Promise<void>;
}

const SYSTEM_AUTHOR = 'system';

/** Folder of the built apps. */
const APPS_FOLDER = fileURLToPath(new URL('../../smart-apps/dist', import.meta.url));

function systemGrant(tenant: number): AccessGrant {
  return { tenant, ruleSets: [], system: true, extendedMode: true };
}

/** Puts the rooms together. The only place where the all-seeing grant is made. */
export async function compose(ground: Ground): Promise<House> {
  const { config, observer, clock } = ground;
  const vault = await openVault(ground);
  const { database } = vault;
  const warn = (worker: string, error: unknown) =>
    observer.emit({ type: 'worker-failed', worker, error: errorFacts(error) });

  const definitions = loadDefinitions(ground.cacheDir ?? dataFolder(config, 'cache'), conformanceResources());
  const plainIndexer = createIndexer(definitions);
  const indexer = blindIndexer(plainIndexer, vault.blind);
  const validator = createValidator(definitions, { maxDepth: config.maxDepth });
  const profiles = createProfileValidator(definitions);
  const conceptsOf = createConceptStore(database);
  const terminology = createTerminology(definitions, clock, conceptsOf);
  const profilesOf = createTenantProfiles((tenant) => systemRepository(tenant), terminology, clock);
  const parameters = createTenantParameters({
    database,
    definitions,
    base: indexer,
    extend: (custom) => blindIndexer(extendIndexer(definitions, plainIndexer, custom), vault.blind),
    enqueue: async (tenant) => {
      const url = `${config.baseUrl}${FHIR_PATH}/SearchParameter`;
      const [context, grant] = [systemContext(tenant), systemGrant(tenant)];
      await queue.enqueue({ kind: INDEX_PARAMETERS, context, grant, url, request: {} });
    },
    log: warn,
  });
  const search = createSearch({
    definitions,
    indexer,
    indexerOf: parameters.indexerOf,
    baseUrl: `${config.baseUrl}${FHIR_PATH}/`,
    clock,
    terminology: searchTerminology(terminology, (tenant) => systemRepository(tenant)),
    blind: blindTokens(vault.blind),
  });

  const programs = createPrograms({ systemRepository: (tenant) => systemRepository(tenant), clock });
  const relabel = async (tenant: number, projectId: string): Promise<void> => {
    const context = { ...systemContext(tenant), projectId };
    const url = `${config.baseUrl}${FHIR_PATH}/$relabel`;
    await queue.enqueue({ kind: RELABEL, context, grant: systemGrant(tenant), url, request: {} });
  };
  const watch = createChangeWatch({
    access: (tenant) => auth.forgetTenant(tenant),
    codes: (tenant, projectId) => {
      programs.forget(tenant);
      relabel(tenant, projectId).catch((error: unknown) => warn('relabel-failed', error));
    },
    parameters: (tenant) => {
      parameters.refresh(tenant).catch((error: unknown) => warn('search-parameters-failed', error));
    },
  });
  const changes = createProposedChanges({ database, seal: vault.seal, clock });
  const secondApprover = createSecondApprover({
    database,
    changes,
    systemRepository: (tenant) => systemRepository(tenant),
    clock,
    alert: (event) => observer.emit({ type: 'access-change', ...event }),
  });
  const stamp = createStamp({ database, systemRepository: (tenant) => systemRepository(tenant), clock });
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
      subscriptions.wake(tenant);
    },
    guards: [
      searchParameterGuard({ definitions, base: indexer, parameters }),
      watch.guard,
      (change) => subscriptions.guard(change),
      botGuard,
      scopedSubscriptions,
      stamp.guard,
      ...safeguards({ systemRepository: (tenant) => systemRepository(tenant), programOf: programs.of, clock }),
      secondApprover.guard,
    ],
    deletionGuards: [keepNotes, secondApprover.deletionGuard, watch.deletionGuard],
    companions: { of: stamp.companions, grant: systemGrant },
  };
  const dependenciesOf = tenantDependencies(dependencies, parameters);
  const repositoryFor = (context: RequestContext, grant: AccessGrant): Repository =>
    stamp.watching(new Repository(database, dependenciesOf(context.tenant), context, grant), context);
  const systemContext = (tenant: number): RequestContext => ({
    requestId: randomUUID(),
    tenant,
    projectId: PLATFORM.projectId,
    author: SYSTEM_AUTHOR,
    depth: 0,
  });
  const systemRepository = (tenant: number): Repository => repositoryFor(systemContext(tenant), systemGrant(tenant));

  const outbound = createGuardedClient({
    allow: parseAllowList(config.outboundAllow),
    requireHttps: config.nodeEnv === 'production',
  });
  const audit = createReadAudit(database, clock);
  const recordEvent = recordAuthEvent(database, audit, (error) => warn('audit-sign-in', error));
  const keys = await followSigningKeys(dataFolder(config, 'keys'), (error) => warn('signing-keys', error));
  const mail = createMailer({
    ...(config.smtpUrl !== undefined && { smtpUrl: config.smtpUrl }),
    from: config.mailFrom,
    requireTls: config.nodeEnv === 'production',
    ...(config.nodeEnv !== 'production' && { outbox: join(config.dataDir, 'outbox') }),
    clock,
    tell: ({ outcome }) => observer.emit({ type: 'mail', outcome }),
  });
  const authDependencies: AuthDependencies = {
    database,
    tenants: createTenants(database),
    systemRepository,
    baseUrl: config.baseUrl,
    keys,
    secrets: vault.secrets,
    clock,
    log: (event) => {
      logAuthEvent(observer, event);
      recordEvent(event);
    },
    outbound,
    repositoryFor,
    isSearchable: (type, parameter) => {
      const known = indexer.registry.of(type)?.parameters;
      return known !== undefined && (parameter === undefined || known.has(parameter));
    },
    corsOrigins: config.corsOrigins,
    openRegistration: config.demo,
    plainChallenge: config.nodeEnv !== 'production',
    ...(mail && { mail }),
    secondApprover,
    loginPath: '/apps/login/',
    apps: [
      { name: 'Risk', path: '/apps/risk/' },
      { name: 'Scribe', path: '/apps/scribe/' },
      { name: 'Coding', path: '/apps/coding/' },
    ],
    ...(config.demo && { demoDir: config.dataDir }),
  };
  const auth = createAuth(authDependencies);
  const reseal = async (tenant: number): Promise<number> =>
    (await vault.reseal(tenant)) + (await resealSecrets(authDependencies, tenant));
  const consents = createPatientConsents({ systemRepository, fhirUrl: `${config.baseUrl}${FHIR_PATH}/`, clock });
  const rateLimits = { tenant: config.rateLimitTenant, user: config.rateLimitUser, client: config.rateLimitClient };
  const limiter = createRateLimiter({ database, clock, log: warn });
  const breakGlass = createBreakGlass({
    database,
    authenticate: auth.authenticate,
    systemRepository,
    clock,
    alert: (event) => observer.emit({ type: 'emergency-access', ...event }),
  });
  const recordRun = recordBotRuns(audit);
  const bots = createBots({
    database,
    systemRepository,
    issueBotToken: auth.issueBotToken,
    endBotToken: auth.endBotToken,
    serverUrl: `http://${loopbackHost(config.host)}:${config.port}/`,
    fhirUrl: `${config.baseUrl}${FHIR_PATH}/`,
    outboundAllow: config.outboundAllow,
    jobs: () => queue,
    audit: (run) => {
      recordRun(run);
      observer.emit({ type: 'bot-run', bot: run.bot, tenant: run.tenant, outcome: run.state });
    },
    log: warn,
    clock,
  });

  const { allowsOrigin } = auth;
  const profileGrant = createProfileGrant(database, clock);
  const sessionGrant = createSessionGrant(authDependencies);
  const consented = (tenant: number, profile: string, app: string | undefined, grant: AccessGrant | undefined) =>
    grant && consents.grantOf(tenant, { profile, ...(app !== undefined && { app }) }, grant);
  const grantNow = async (tenant: number, profile: string, app?: string): Promise<AccessGrant | undefined> =>
    consented(tenant, profile, app, await profileGrant(tenant, profile));
  const grantInSession = async (tenant: number, profile: string, id: string): Promise<AccessGrant | undefined> => {
    const session = await sessionGrant(id);
    return consented(tenant, profile, session?.app, session?.grant);
  };
  const repositoryAs = (tenant: number, author: string): Repository =>
    repositoryFor({ ...systemContext(tenant), author }, systemGrant(tenant));
  const subscriptions = houseSubscriptions({
    config,
    database,
    observer,
    audit,
    search,
    bots,
    sendMail: mail,
    allowsOrigin,
    grantNow: (tenant, profile, session) =>
      session === undefined ? grantNow(tenant, profile) : grantInSession(tenant, profile, session),
    isMember: async (author, tenant) => (await profileGrant(tenant, author)) !== undefined,
    systemContext,
    repositoryFor,
    repositoryAs,
    log: warn,
    clock,
  });
  const records = {
    database,
    definitions,
    indexer,
    indexerOf: parameters.lastingIndexer,
    search,
    repositoryFor,
    fhirUrl: `${config.baseUrl}${FHIR_PATH}/`,
    outboundAllow: config.outboundAllow,
    clock,
  };
  const handlers = [
    ...recordHandlers(records),
    indexParametersHandler({ database, parameters }),
    relabelHandler({ database, systemRepository, programs, clock }),
    bundleHandler({ services: () => services, repositoryFor }),
    bots.jobHandler,
  ];
  const runner = createJobRunner({
    database,
    handlers,
    rightsOf: async ({ tenant, author, clientId }) =>
      author === SYSTEM_AUTHOR
        ? systemGrant(tenant)
        : grantNow(tenant, author, clientId && `ClientApplication/${clientId}`),
    log: warn,
  });
  const queue = createJobQueue({
    database,
    fhirUrl: records.fhirUrl,
    resourceTypes: definitions.resourceTypes(),
    wake: runner.wake,
  });
  const operations = houseOperations({
    config,
    records,
    queue,
    parameters,
    terminology,
    validator,
    profiles,
    auth,
    people: authDependencies,
    profileGrant,
    breakGlass,
    changes,
    secondApprover,
    subscriptions,
    bots,
    stamp,
    vault: { rotate: vault.rotate, reseal },
    systemRepository,
    repositoryAs,
    trusted: (context) => repositoryFor(context, systemGrant(context.tenant)),
    log: warn,
  });
  const jobs = createJobs({
    database,
    endSubscription: (tenant, id) => endSubscription(systemRepository(tenant), id),
    purge: [
      () => purgeSessions(database, clock()),
      () => moveSecretsToVault(authDependencies),
      async () =>
        expireDrafts({
          tenants: (await authDependencies.tenants.list()).map(({ tenant }) => tenant),
          systemRepository,
          days: config.aiDraftDays,
          clock,
        }),
    ],
    watch: () => reportAccessAnomalies({ database, tenants: authDependencies.tenants, systemRepository, clock }),
    log: warn,
    clock,
  });
  const sealer = createSealer({
    database,
    keysFolder: dataFolder(config, 'keys'),
    headsFolder: dataFolder(config, 'audit'),
    clock,
    log: warn,
  });
  const linkKey = Buffer.from(hkdfSync('sha256', keys.derivationSecret, '', 'mindbridge binary links', 32));
  const links = createBinaryLinks(config.baseUrl, linkKey, clock);
  const { indexerOf } = parameters;
  const rooms = { definitions, indexer, indexerOf, search, operations, queue, links, conceptsOf, audit };
  const services = fhirServices({ ...ground, database }, rooms);
  let openapi: string | undefined;

  let ready = false;
  const server = createHttpServer(
    createApp({
      baseUrl: config.baseUrl,
      cors: { allows: allowsOrigin },
      health: { version: VERSION, ready: () => ready, ping: () => ping(database) },
      auth: auth.router,
      fhir: fhirDoor({
        services,
        limits: { maxBodyBytes: config.maxBodyBytes, maxDepth: config.maxDepth, maxElements: config.maxElements },
        authenticate: async (request) => {
          const state = await auth.authenticate(request);
          await parameters.settled(state.context.tenant);
          const consented = await consents.applied(await breakGlass.applied(state));
          return { ...consented, rate: limiter.take(rateSubject(state, rateLimits)) };
        },
        repositoryFor,
        served: ({ ms, route, ...event }) =>
          observer.emit({ type: 'request-served', ...event, route: `${FHIR_PATH}${route}`, durationMs: ms }),
      }),
      storage: storageDoor({
        links,
        audit,
        authenticate: auth.authenticate,
        repositoryOf: linkRepository({
          ...{ database, profileGrant, sessionGrant, consents, breakGlass, repositoryFor, clock },
        }),
        reportFailure: services.reportFailure,
      }),
      apps: {
        folder: APPS_FOLDER,
        apps: ['login', 'workspace'],
        smartApps: ['risk', 'scribe', 'coding'],
        ehrs: config.ehrOrigins ?? [],
      },
      trustProxy: config.trustProxy,
      openapi: (kept) => {
        const doors = describedDoors(kept, auth.doors);
        openapi ??= JSON.stringify(openApi(servedBy(config, rooms, clock()), SERVED_ROUTES, REFUSED_ROUTES, doors));
        return openapi;
      },
      metrics: () => observer.metricsText(),
      reportFailure: services.reportFailure,
    }),
  );
  const closeSockets = await subscriptions.attachSocket(server);

  return {
    server,
    auth,
    search,
    definitions,
    systemRepository,
    vault,
    async start() {
      if (ground.baseDefinitions !== false) {
        await loadBaseDefinitions(database, definitions, definitionsRepository());
        const known = new Set(definitions.urls('OperationDefinition'));
        const made = operationDefinitions(operations, (url) => known.has(url));
        await loadOperationDefinitions(database, made, definitionsRepository());
      }
      await ensurePlatform(authDependencies);
      await auth.readOrigins();
      if (config.demo) {
        await ensureDemoSuperAdmin(authDependencies, { dataDir: config.dataDir, demo: config.demo });
      }
      bots.start();
      subscriptions.start();
      await parameters.start();
      runner.start();
      jobs.start();
      sealer.start();
      limiter.start();
      ready = true;
    },
    async stop() {
      ready = false;
      await sleep(config.drainMs);
      limiter.stop();
      await closeSockets();
      await closed(server);
      await parameters.stop();
      bots.stop();
      await runner.stop();
      await subscriptions.stop();
      await outbound.close();
      await jobs.stop();
      await sealer.stop();
    },
  };

  function definitionsRepository(): Repository {
    const trusted: RepositoryDependencies = { ...dependencies, validate: () => [], sanitize: (resource) => resource };
    return new Repository(database, trusted, systemContext(1), systemGrant(1));
  }
}

/** Deletes a websocket Subscription that nobody listens to; it may be gone already. */
async function endSubscription(repository: Repository, id: string): Promise<void> {
  await repository.remove('Subscription', id).catch((error: unknown) => {
    if (!(error instanceof FhirError && error.status === 404)) {
      throw error;
    }
  });
}

/** An address under which this process reaches itself. */
function loopbackHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

async function ping(database: Database): Promise<void> {
  await database.query({ name: 'ping', text: 'SELECT 1', values: [] });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
