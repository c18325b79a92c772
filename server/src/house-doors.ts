import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createApp, createHttpServer, FHIR_PATH } from './app.ts';
import type { Database } from './database/index.ts';
import { type Rooms, servedBy } from './fhir-services.ts';
import type { OpenGround } from './ground.ts';
import type { HouseAuth } from './house-auth.ts';
import type { HouseRecords } from './house-records.ts';
import type { HouseRights } from './house-rights.ts';
import {
  describedDoors,
  type FhirServices,
  fhirDoor,
  type KeptDoor,
  openApi,
  REFUSED_ROUTES,
  SERVED_ROUTES,
  storageDoor,
} from './http/index.ts';
import { linkRepository } from './link-repository.ts';
import { rateSubject } from './rate-subject.ts';
import type { RateLimiter } from './tenancy/index.ts';
import { VERSION } from './version.ts';

/** Folder of the built apps. */
const APPS_FOLDER = fileURLToPath(new URL('../../smart-apps/dist', import.meta.url));

/** What lies behind the doors. */
export interface DoorRooms {
  readonly records: HouseRecords;
  readonly identity: HouseAuth;
  readonly rights: HouseRights;
  readonly limiter: RateLimiter;
  readonly rooms: Rooms;
  readonly services: FhirServices;
  readonly isReady: () => boolean;
}

/** The HTTP server with every door to the outside. */
export function houseDoors(ground: OpenGround, house: DoorRooms): Server {
  const { config, database, observer, clock } = ground;
  const { records, identity, rights, limiter, rooms, services, isReady } = house;
  const { auth, audit } = identity;
  const { consents, breakGlass, profileGrant, sessionGrant } = rights;
  const { repositoryFor } = records;
  const rateLimits = { tenant: config.rateLimitTenant, user: config.rateLimitUser, client: config.rateLimitClient };
  let described: string | undefined;
  const openapi = (kept: readonly KeptDoor[]): string => {
    const doors = describedDoors(kept, auth.doors);
    described ??= JSON.stringify(openApi(servedBy(config, rooms, clock()), SERVED_ROUTES, REFUSED_ROUTES, doors));
    return described;
  };
  return createHttpServer(
    createApp({
      baseUrl: config.baseUrl,
      cors: { allows: auth.allowsOrigin },
      health: { version: VERSION, ready: isReady, ping: () => ping(database) },
      auth: auth.router,
      fhir: fhirDoor({
        services,
        limits: { maxBodyBytes: config.maxBodyBytes, maxDepth: config.maxDepth, maxElements: config.maxElements },
        authenticate: async (request) => {
          const state = await auth.authenticate(request);
          await records.parameters.settled(state.context.tenant);
          const consented = await consents.applied(await breakGlass.applied(state));
          return { ...consented, rate: limiter.take(rateSubject(state, rateLimits)) };
        },
        repositoryFor,
        served: ({ ms, route, ...event }) =>
          observer.emit({ type: 'request-served', ...event, route: `${FHIR_PATH}${route}`, durationMs: ms }),
      }),
      storage: storageDoor({
        links: rooms.links,
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
      openapi,
      metrics: () => observer.metricsText(),
      reportFailure: services.reportFailure,
    }),
  );
}

async function ping(database: Database): Promise<void> {
  await database.query({ name: 'ping', text: 'SELECT 1', values: [] });
}
