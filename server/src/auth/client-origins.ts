import type { ClientApplication } from '@medplum/fhirtypes';
import { sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { isClientOn, redirectUris } from './client-application.ts';
import { storedResource } from './find-resource.ts';

/** Which browser origins may talk to this server. */
export interface ClientOrigins {
  /**
   * May pages of this origin read answers: at all (a preflight names no client), or with the tokens of one client?
   * The own origin always; others when an active client registered them, or the installation's settings name them.
   */
  allows(origin: string, clientId?: string): boolean;
  /** Reads the registrations again. */
  refresh(): Promise<void>;
}

/** How long the registrations are believed; a new one is also seen at once by the process that wrote it. */
const BELIEVED_MS = 5000;

function originOf(uri: string): string | undefined {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

/** The origins of a client: those it lists, and those of its redirect and launch addresses. */
function originsOf(client: ClientApplication): string[] {
  const uris = [
    ...redirectUris(client),
    ...(client.launchUri ? [client.launchUri] : []),
    ...(client.allowedOrigin ?? []),
  ];
  return uris.flatMap((uri) => originOf(uri) ?? []);
}

/** The own origin; on a single machine under each of its names. */
function ownOrigins(baseUrl: string): string[] {
  const { origin, protocol, hostname, port } = new URL(baseUrl);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const suffix = port ? `:${port}` : '';
  return isLocal ? ['localhost', '127.0.0.1', '[::1]'].map((name) => `${protocol}//${name}${suffix}`) : [origin];
}

/** May a page of this origin act as the client: one of its own, the server's, or one that the settings name? */
export function isOriginOf(
  { baseUrl, corsOrigins = [] }: Pick<AuthDependencies, 'baseUrl' | 'corsOrigins'>,
  client: ClientApplication,
  origin: string,
): boolean {
  return [...ownOrigins(baseUrl), ...corsOrigins, ...originsOf(client)].includes(origin);
}

/** Opens the look-up. `configured` are the origins that the installation's settings add. */
export function createClientOrigins(deps: AuthDependencies, configured: readonly string[]): ClientOrigins {
  const always = new Set([...ownOrigins(deps.baseUrl), ...configured]);
  let byClient = new Map<string, ReadonlySet<string>>();
  let registered = new Set<string>();
  let readAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  async function read(): Promise<void> {
    const rows = await deps.database.query<{ content: string }>(
      sql`SELECT content FROM resource WHERE type = 'ClientApplication' AND NOT deleted LIMIT 10000`,
    );
    const clients = rows.map(({ content }) => storedResource<ClientApplication>(content)).filter(isClientOn);
    byClient = new Map(clients.map((client) => [client.id, new Set(originsOf(client))]));
    registered = new Set(clients.flatMap(originsOf));
    readAt = deps.clock().getTime();
  }

  async function refresh(): Promise<void> {
    underWay ??= read().finally(() => {
      underWay = undefined;
    });
    await underWay;
  }

  return {
    allows(origin, clientId) {
      if (always.has(origin)) {
        return true;
      }
      if (deps.clock().getTime() - readAt > BELIEVED_MS) {
        refresh().catch((error: unknown) => deps.log({ event: 'auth.failed', requestId: 'client-origins', error }));
      }
      return clientId === undefined ? registered.has(origin) : (byClient.get(clientId)?.has(origin) ?? false);
    },
    refresh,
  };
}
