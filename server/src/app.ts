import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import express, { type Router } from 'express';
import {
  type AppsOptions,
  appPages,
  boundBody,
  type Cors,
  cors,
  type Health,
  hangUpOnUnread,
  healthDoors,
  type KeptDoor,
  lastResort,
  oneAddress,
  type ReportFailure,
  STORAGE_PATH,
  servedDoors,
  standingHeaders,
  unknownUrl,
  watchSlowClients,
} from './http/index.ts';

/** Everything that has a door to the outside. */
export interface Doors {
  /** Public address of the server; browsers are held to https where it has it. */
  readonly baseUrl: string;
  readonly cors: Cors;
  readonly health: Health;
  /** Sign-in, OAuth, discovery, administration. */
  readonly auth: Router;
  /** Everything below `/fhir/R4`, as `fhirDoor` made it. */
  readonly fhir: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Everything below `/storage/`: links to the bytes of a Binary. */
  readonly storage: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly apps: AppsOptions;
  /** Reverse proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustProxy: number;
  /** The OpenAPI description as JSON text; `doors` are those outside FHIR. */
  readonly openapi: (doors: readonly KeptDoor[]) => string;
  /** Prometheus text; only for callers on this machine. */
  readonly metrics: () => string;
  readonly reportFailure: ReportFailure;
}

/** Path below which FHIR is served. */
export const FHIR_PATH = '/fhir/R4';
const WELL_KNOWN = `${FHIR_PATH}/.well-known/`;
const LOOPBACK = /^(?:::1|::ffff:127\.|127\.)/;

/**
 * The corridor. FHIR requests and links to Binaries go straight to their doors; for all else Express keeps the table:
 *
 * | path | door |
 * |---|---|
 * | `/fhir/R4/…` | FHIR |
 * | `/storage/…` | signed links to Binaries |
 * | `/auth/… /oauth2/… /admin/… /.well-known/… /fhir/R4/.well-known/…` | auth |
 * | `/healthcheck /readyz` | health |
 * | `/openapi.json` | what all these doors serve |
 * | `/metrics` | metrics, from this machine only |
 * | `/apps/<app>/…` | the apps |
 * | `/` | to the workspace |
 */
export function createApp(doors: Doors): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', doors.trustProxy);
  app.use(boundBody);
  app.use(doors.auth);
  app.use(healthDoors(doors.health));
  app.get('/openapi.json', (_request, response) => {
    response.type('application/json').send(doors.openapi(kept));
  });
  app.get('/metrics', (request, response, next) => {
    const isForwarded = request.headers['x-forwarded-for'] !== undefined;
    if (isForwarded || !LOOPBACK.test(request.socket.remoteAddress ?? '')) {
      next();
      return;
    }
    response.type('text/plain; version=0.0.4').send(doors.metrics());
  });
  app.use(oneAddress(doors.baseUrl));
  app.use(appPages(doors.apps));
  app.get('/', (_request, response) => response.redirect(302, '/apps/workspace/'));
  const kept = [...servedDoors(app.router), { method: 'GET', path: `${STORAGE_PATH}:id/:version` }];
  app.use(unknownUrl(kept));
  app.use(lastResort(doors.reportFailure));
  const stand = standingHeaders(doors.baseUrl);
  return (request, response) => {
    stand(response);
    if (cors(doors.cors, request, response)) {
      return;
    }
    const url = request.url ?? '/';
    if (isFhir(url)) {
      request.url = url.slice(FHIR_PATH.length) || '/';
      void doors.fhir(request, response);
      return;
    }
    if (url.startsWith(STORAGE_PATH)) {
      void doors.storage(request, response);
      return;
    }
    app(request, response);
  };
}

function isFhir(url: string): boolean {
  const after = url.charCodeAt(FHIR_PATH.length);
  const ends = Number.isNaN(after) || after === 47 || after === 63;
  return url.startsWith(FHIR_PATH) && ends && !url.startsWith(WELL_KNOWN);
}

/** How long the head of a request may take to come, and how often that is looked at, in ms. */
const HEADERS_TIMEOUT = 10_000;
const CHECK_INTERVAL = 5_000;

/** An HTTP server that ends slow clients; it does not listen yet. A body may take as long as it keeps coming. */
export function createHttpServer(listener: RequestListener): Server {
  const options = { maxHeaderSize: 65_536, keepAliveTimeout: 65_000, connectionsCheckingInterval: CHECK_INTERVAL };
  const server = createServer(options, listener);
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = 0;
  server.maxRequestsPerSocket = 0;
  watchSlowClients(server);
  hangUpOnUnread(server);
  return server;
}
