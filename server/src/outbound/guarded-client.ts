import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import type { AllowList } from './allow-list.ts';
import { isInsideAddress } from './inside-address.ts';

/** A destination that must not be called. The message names the rule and never the address that a name led to. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused';
  /** Was it another who led there, by a redirect? Then the address that was asked for is good. */
  readonly redirected: boolean;

  constructor(message: string, { redirected = false }: { readonly redirected?: boolean } = {}) {
    super(message);
    this.redirected = redirected;
  }
}

/** Resolves a name to IP addresses. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface GuardedClientOptions {
  readonly allow: AllowList;
  /** Refuse http:// except for hosts and addresses that the allow list names. */
  readonly requireHttps: boolean;
  /** Checks a destination beyond that, redirects included. @throws OutboundRefused */
  readonly permit?: (url: URL) => void;
  readonly resolve?: Resolve;
  /** Longest time in ms for a connection, for headers, and for the body each; default 10,000. */
  readonly timeoutMs?: number;
  /** Most bytes of an answer that are read; default 1 MiB. */
  readonly maxAnswerBytes?: number;
  /** Most connections to one origin at once, the others wait; default 32, null for no limit. */
  readonly connectionsPerOrigin?: number | null;
}

export interface OutboundRequest {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Only status and headers are of interest: the answer has an empty body, and a slow or broken one does no harm. */
  readonly withoutBody?: boolean;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Calls addresses that come from data (Subscription endpoint, JWKS URL, bot egress): each connection is checked. */
export interface GuardedClient {
  /**
   * Sends a request; redirects 307 and 308 are followed up to 3 times, each checked again.
   * @throws OutboundRefused for a destination that must not be called.
   */
  send(outbound: OutboundRequest): Promise<OutboundAnswer>;
  close(): Promise<void>;
}

const systemResolve: Resolve = async (host) => (await systemLookup(host, { all: true })).map((found) => found.address);

/** Makes a guarded client with connections kept alive. */
export function createGuardedClient(options: GuardedClientOptions): GuardedClient {
  const timeout = options.timeoutMs ?? 10_000;
  const agent = new Agent({
    connect: guardedConnector(options, timeout),
    headersTimeout: timeout,
    bodyTimeout: timeout,
    keepAliveTimeout: 30_000,
    connections: options.connectionsPerOrigin === undefined ? 32 : options.connectionsPerOrigin,
  });
  return {
    send: (outbound) => sendChecked(options, agent, outbound),
    close: () => agent.destroy(),
  };
}

/** Checks what can be seen in a URL itself. @throws OutboundRefused */
export function checkUrl(options: Pick<GuardedClientOptions, 'allow' | 'requireHttps'>, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new OutboundRefused('The address is not an http(s) URL');
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundRefused('The address carries user information');
  }
  const host = hostOf(url);
  const port = portOf(url);
  const named = options.allow.allowsHost(host, port) || options.allow.allowsAddress(host, port);
  if (url.protocol === 'http:' && options.requireHttps && !named) {
    throw new OutboundRefused('The address is not https');
  }
  if (!named && (isIP(host) !== 0 ? isInsideAddress(host) : /(?:^|\.)localhost$/i.test(host))) {
    throw new OutboundRefused('The address lies inside');
  }
  return url;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

async function sendChecked(
  options: GuardedClientOptions,
  agent: Agent,
  outbound: OutboundRequest,
): Promise<OutboundAnswer> {
  let hop = outbound;
  for (let redirects = 0; redirects <= 3; redirects++) {
    const answer = await sendHop(options, agent, hop).catch((error: unknown) => {
      const ledThere = redirects > 0 && error instanceof OutboundRefused;
      throw ledThere ? new OutboundRefused(error.message, { redirected: true }) : error;
    });
    const location = redirectOf(answer);
    if (location === undefined) {
      return answer;
    }
    hop = redirected(hop, location);
  }
  throw new OutboundRefused('The address redirects too often', { redirected: true });
}

async function sendHop(
  options: GuardedClientOptions,
  agent: Agent,
  outbound: OutboundRequest,
): Promise<OutboundAnswer> {
  const url = checkUrl(options, outbound.url);
  options.permit?.(url);
  const response = await request(url, {
    dispatcher: agent,
    method: outbound.method,
    headers: { ...outbound.headers },
    body: outbound.body ?? null,
    signal: outbound.signal ?? null,
  });
  const answer = { status: response.statusCode, headers: response.headers };
  if (outbound.withoutBody === true || redirectOf(answer) !== undefined) {
    response.body.dump().catch(() => undefined);
    return { ...answer, body: Buffer.alloc(0) };
  }
  return { ...answer, body: await readBody(options, response) };
}

function redirectOf({ status, headers }: Pick<OutboundAnswer, 'status' | 'headers'>): string | undefined {
  const { location } = headers;
  return (status === 307 || status === 308) && typeof location === 'string' ? location : undefined;
}

function redirected(from: OutboundRequest, location: string): OutboundRequest {
  if (!URL.canParse(location, from.url)) {
    throw new OutboundRefused('The address redirects to no address', { redirected: true });
  }
  const to = new URL(location, from.url);
  const headers = to.origin === new URL(from.url).origin ? from.headers : withoutCredentials(from.headers);
  return { ...from, url: to.href, headers };
}

/** Who redirects elsewhere does not get to hand on what was meant for himself. */
function withoutCredentials(headers: OutboundRequest['headers']): OutboundRequest['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(?:authorization|cookie|proxy-authorization)$/i.test(name)),
  );
}

async function readBody(options: GuardedClientOptions, response: Dispatcher.ResponseData): Promise<Buffer> {
  const most = options.maxAnswerBytes ?? 1 << 20;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) {
      throw new Error('The answer is larger than allowed');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A connector that resolves the name itself, checks every address, and connects to one it has checked. */
function guardedConnector(options: GuardedClientOptions, timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout });
  const resolve = options.resolve ?? systemResolve;
  return (target, callback) => {
    checkedAddress(options, resolve, target).then(
      (address) => connect({ ...target, hostname: address, servername: nameOf(target) }, callback),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

function nameOf(target: buildConnector.Options): string | undefined {
  const host = target.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? (target.servername ?? host) : target.servername;
}

async function checkedAddress(
  options: GuardedClientOptions,
  resolve: Resolve,
  target: buildConnector.Options,
): Promise<string> {
  const host = target.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const trusted = options.allow.allowsHost(host, port);
  for (const address of addresses) {
    if (!trusted && !options.allow.allowsAddress(address, port) && isInsideAddress(address)) {
      throw new OutboundRefused('The address lies inside');
    }
  }
  const [first] = addresses;
  if (first === undefined) {
    throw new Error('The name has no address');
  }
  return first;
}
