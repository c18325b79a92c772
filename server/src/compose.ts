import { hkdfSync } from 'node:crypto';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { FHIR_PATH } from './app.ts';
import { createSealer } from './audit/index.ts';
import { type Auth, ensureDemoSuperAdmin, ensurePlatform, resealSecrets } from './auth/index.ts';
import { loadBaseDefinitions, loadOperationDefinitions } from './base-definitions.ts';
import { createBots } from './bots/index.ts';
import type { Definitions } from './definitions/index.ts';
import { fhirServices } from './fhir-services.ts';
import { dataFolder, type Ground, type OpenGround } from './ground.ts';
import { houseAuth } from './house-auth.ts';
import { houseDoors } from './house-doors.ts';
import { houseChores, houseQueue } from './house-jobs.ts';
import { houseOperations } from './house-operations.ts';
import { houseRecords } from './house-records.ts';
import { houseRights } from './house-rights.ts';
import { houseSubscriptions } from './house-subscriptions.ts';
import { createBinaryLinks, operationDefinitions } from './http/index.ts';
import { errorFacts } from './observability/index.ts';
import { openVault } from './open-vault.ts';
import { recordBotRuns } from './record-event-audit.ts';
import type { Repository } from './repository/index.ts';
import type { Search } from './search/index.ts';
import { systemContext, systemGrant } from './system-rights.ts';
import { createRateLimiter } from './tenancy/index.ts';
import type { Vault } from './vault/index.ts';

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

/** Puts the rooms together, one after the other; what a room needs of a later one it asks for when it needs it. */
export async function compose(bare: Ground): Promise<House> {
  const ground = await open(bare);
  const { config, database, observer, vault, fhirUrl, warn, clock } = ground;

  const records = houseRecords(ground, {
    enqueue: (ticket) => queue.enqueue(ticket),
    forgetTenant: (tenant) => auth.forgetTenant(tenant),
    subscriptions: () => subscriptions,
  });
  const { definitions, indexer, parameters, search, repositoryFor, repositoryAs, systemRepository } = records;
  const identity = await houseAuth(ground, records);
  const { auth, people, audit, mail, outbound } = identity;
  const rights = houseRights(ground, records, identity);
  const { grantNow, grantInSession, profileGrant } = rights;

  const recordRun = recordBotRuns(audit);
  const bots = createBots({
    database,
    systemRepository,
    issueBotToken: auth.issueBotToken,
    endBotToken: auth.endBotToken,
    serverUrl: `http://${loopbackHost(config.host)}:${config.port}/`,
    fhirUrl,
    outboundAllow: config.outboundAllow,
    jobs: () => queue,
    audit: (run) => {
      recordRun(run);
      observer.emit({ type: 'bot-run', bot: run.bot, tenant: run.tenant, outcome: run.state });
    },
    log: warn,
    clock,
  });
  const subscriptions = houseSubscriptions({
    ...{ config, database, observer, audit, search, bots, systemContext, repositoryFor, repositoryAs, clock },
    sendMail: mail,
    allowsOrigin: auth.allowsOrigin,
    grantNow: (tenant, profile, session) =>
      session === undefined ? grantNow(tenant, profile) : grantInSession(tenant, profile, session),
    isMember: async (author, tenant) => (await profileGrant(tenant, author)) !== undefined,
    log: warn,
  });

  const { outboundAllow } = config;
  const indexerOf = parameters.lastingIndexer;
  const recordDependencies = {
    ...{ database, definitions, indexer, indexerOf, search },
    ...{ repositoryFor, fhirUrl, outboundAllow, clock },
  };
  const { runner, queue } = houseQueue(ground, { records, recordDependencies, rights, bots, services: () => services });
  const operations = houseOperations({
    ...records,
    ...rights,
    ...{ config, queue, auth, people, subscriptions, bots },
    records: recordDependencies,
    vault: {
      rotate: vault.rotate,
      reseal: async (tenant) => (await vault.reseal(tenant)) + (await resealSecrets(people, tenant)),
    },
    trusted: (context) => repositoryFor(context, systemGrant(context.tenant)),
    log: warn,
  });
  const chores = houseChores(ground, systemRepository, people);
  const [keysFolder, headsFolder] = [dataFolder(config, 'keys'), dataFolder(config, 'audit')];
  const sealer = createSealer({ database, keysFolder, headsFolder, clock, log: warn });

  const linkKey = Buffer.from(hkdfSync('sha256', people.keys.derivationSecret, '', 'mindbridge binary links', 32));
  const links = createBinaryLinks(config.baseUrl, linkKey, clock);
  const { conceptsOf } = records;
  const rooms = {
    definitions,
    indexer,
    indexerOf: parameters.indexerOf,
    search,
    operations,
    queue,
    links,
    conceptsOf,
    audit,
  };
  const services = fhirServices(ground, rooms);
  const limiter = createRateLimiter({ database, clock, log: warn });
  let ready = false;
  const server = houseDoors(ground, { records, identity, rights, limiter, rooms, services, isReady: () => ready });
  const closeSockets = await subscriptions.attachSocket(server);

  return {
    ...{ server, auth, search, definitions, systemRepository, vault },
    async start() {
      if (ground.baseDefinitions !== false) {
        await loadBaseDefinitions(database, definitions, records.definitionsRepository());
        const known = new Set(definitions.urls('OperationDefinition'));
        const made = operationDefinitions(operations, (url) => known.has(url));
        await loadOperationDefinitions(database, made, records.definitionsRepository());
      }
      await ensurePlatform(people);
      await auth.readOrigins();
      if (config.demo) {
        await ensureDemoSuperAdmin(people, { dataDir: config.dataDir, demo: config.demo });
      }
      bots.start();
      subscriptions.start();
      await parameters.start();
      runner.start();
      chores.start();
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
      await chores.stop();
      await sealer.stop();
    },
  };
}

async function open(ground: Ground): Promise<OpenGround> {
  const vault = await openVault(ground);
  return {
    ...ground,
    vault,
    database: vault.database,
    fhirUrl: `${ground.config.baseUrl}${FHIR_PATH}/`,
    warn: (worker, error) => ground.observer.emit({ type: 'worker-failed', worker, error: errorFacts(error) }),
  };
}

/** An address under which this process reaches itself. */
function loopbackHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
