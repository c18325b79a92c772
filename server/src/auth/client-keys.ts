import type { ClientApplication } from '@medplum/fhirtypes';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { AuthDependencies } from './auth-dependencies.ts';

const JWKS = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })).max(100) });

/** A key set without a word on caching is kept this long. */
const DEFAULT_SECONDS = 60;
/** And none is kept for longer than this, whatever its server says. */
const MAX_SECONDS = 3600;
const MAX_SETS = 1000;
/** The least time between two fetches that an unknown `kid` causes. */
const RETRY_MS = 5000;

/** Public keys of clients, by the address they registered. */
export interface ClientKeys {
  /** The keys of a client that are not private or symmetric. @throws Error when its address does not answer with a key set. */
  keysOf(client: Pick<ClientApplication, 'jwksUri'>, kid: string): Promise<readonly JWK[]>;
}

interface Entry {
  readonly keys: readonly JWK[];
  readonly fetchedAt: number;
  readonly until: number;
}

/** The `data:` address under which a key set is registered inline. @see https://www.rfc-editor.org/rfc/rfc2397 */
export function inlineJwks(jwks: unknown): string {
  return `data:application/json,${encodeURIComponent(JSON.stringify(publicOnly(JWKS.parse(jwks))))}`;
}

function publicOnly({ keys }: z.infer<typeof JWKS>): { keys: JWK[] } {
  return {
    keys: keys.filter((key) => key.kty !== 'oct' && !('d' in key)).map((key) => key as JWK),
  };
}

function readInline(uri: string): readonly JWK[] {
  const [head = '', body = ''] = uri.split(/,(.*)/s);
  const text = head.endsWith(';base64') ? Buffer.from(body, 'base64').toString() : decodeURIComponent(body);
  return publicOnly(JWKS.parse(JSON.parse(text))).keys;
}

/** Seconds for which an answer may be kept. @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2 */
export function freshSeconds(cacheControl: string | undefined): number {
  const directives = (cacheControl ?? '').toLowerCase();
  if (/\bno-(?:store|cache)\b/.test(directives)) {
    return 0;
  }
  const age = /\bmax-age=(\d{1,9})/.exec(directives)?.[1];
  return Math.min(age === undefined ? DEFAULT_SECONDS : Number(age), MAX_SECONDS);
}

/** Opens the store of client keys. Only the guarded client goes out. @see security.md S13, S36 */
export function createClientKeys(deps: Pick<AuthDependencies, 'outbound' | 'clock'>): ClientKeys {
  const known = new Map<string, Entry>();

  async function fetched(uri: string): Promise<Entry> {
    if (!deps.outbound) {
      throw new Error('This server calls no addresses outside');
    }
    const answer = await deps.outbound.send({ url: uri, method: 'GET', headers: { accept: 'application/json' } });
    if (answer.status !== 200) {
      throw new Error(`The key set answered ${answer.status}`);
    }
    const { keys } = publicOnly(JWKS.parse(JSON.parse(answer.body.toString())));
    const now = deps.clock().getTime();
    const control = answer.headers['cache-control'];
    const entry = { keys, fetchedAt: now, until: now + 1000 * freshSeconds(control?.toString()) };
    if (known.size >= MAX_SETS) {
      known.clear();
    }
    known.set(uri, entry);
    return entry;
  }

  return {
    async keysOf({ jwksUri = '' }, kid) {
      if (jwksUri.startsWith('data:')) {
        return readInline(jwksUri);
      }
      const entry = known.get(jwksUri);
      const now = deps.clock().getTime();
      const isFresh = entry !== undefined && entry.until > now;
      const mayRetry = entry === undefined || now - entry.fetchedAt >= RETRY_MS;
      if (isFresh && (entry.keys.some((key) => key.kid === kid) || !mayRetry)) {
        return entry.keys;
      }
      return (await fetched(jwksUri)).keys;
    },
  };
}
