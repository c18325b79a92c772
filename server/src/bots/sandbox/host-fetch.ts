import { z } from 'zod';
import { createGuardedClient, type GuardedClient, OutboundRefused, parseAllowList } from '../../outbound/index.ts';

const requestSchema = z.object({
  url: z.string(),
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .pipe(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])),
  headers: z.array(z.tuple([z.string(), z.string()])),
  text: z.string().optional(),
  base64: z.string().optional(),
});

const UNSENT = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'keep-alive',
]);
/** Nothing outlives the longest run. */
const MOST_MS = 280_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Where a run may call: the server it works for, and `egress`. Of the latter, only what `inside` names too may lie inside. */
export interface Reach {
  readonly baseUrl: string;
  readonly egress: readonly string[];
  readonly inside: readonly string[];
}

/** Sends the requests of sandboxed code. One per process; connections are kept between runs. */
export class HostFetch {
  private readonly clients = new Map<string, GuardedClient>();

  /** Takes a request as JSON and gives the answer as JSON. @throws Error when the host may not be called. */
  async send(reach: Reach, text: string): Promise<string> {
    const request = requestSchema.parse(JSON.parse(text));
    const headers = Object.fromEntries(request.headers.filter(([name]) => !UNSENT.has(name.toLowerCase())));
    const body = request.base64 === undefined ? request.text : Buffer.from(request.base64, 'base64');
    const url = reachable(reach, request.url);
    const answer = await this.client(reach).send({
      url,
      method: request.method,
      headers,
      ...(body !== undefined && { body }),
    });
    return JSON.stringify({
      status: answer.status,
      statusText: '',
      headers: Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : (value ?? ''),
        ]),
      ),
      ...contentOf(answer.body, String(answer.headers['content-type'] ?? '')),
    });
  }

  private client(reach: Reach): GuardedClient {
    const key = JSON.stringify(reach);
    let client = this.clients.get(key);
    if (client === undefined) {
      const allow = parseAllowList([new URL(reach.baseUrl).host, ...reach.inside]);
      const permit = (url: URL): void => void reachable(reach, url.href);
      const limits = { timeoutMs: MOST_MS, maxAnswerBytes: MAX_ANSWER_BYTES };
      client = createGuardedClient({ allow, requireHttps: true, permit, ...limits });
      this.clients.set(key, client);
    }
    return client;
  }
}

function reachable(reach: Reach, text: string): string {
  const base = new URL(reach.baseUrl);
  const url = URL.canParse(text, reach.baseUrl) ? new URL(text, base) : undefined;
  if (url === undefined) {
    throw new OutboundRefused('The address is not a URL');
  }
  const allow = parseAllowList(reach.egress);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (url.origin !== base.origin && !allow.allowsHost(host, port) && !allow.allowsAddress(host, port)) {
    throw new OutboundRefused('This bot may not call that host');
  }
  return url.href;
}

function contentOf(body: Buffer, contentType: string): { text?: string; base64?: string } {
  return /json|text|xml|javascript|urlencoded/i.test(contentType)
    ? { text: body.toString('utf8') }
    : { base64: body.toString('base64') };
}
