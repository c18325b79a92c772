import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { isJson, type Json } from './http-api.ts';

/** A small stand-in of the server for the loader's tests: keeps what is sent, scores like a bot would, and counts. */
export interface FakeServer {
  readonly baseUrl: string;
  /** Resources by `Type/id`. */
  readonly resources: Map<string, Json>;
  /** Requests since the last look, as `METHOD path`. */
  readonly requests: string[];
  /** Bodies of the invitations. */
  readonly invitations: Json[];
  /** Sizes of the transactions. */
  readonly transactions: number[];
  /** Answers 503 from the n-th transaction on; undefined: never. */
  failFromTransaction: number | undefined;
  /** Clock that dates the scores. */
  now: () => Date;
  close(): Promise<void>;
}

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

const risky = new Set(['Observation', 'Appointment', 'Encounter']);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function idOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}

function resourceBundle(resources: readonly Json[]): Answer {
  const entry = resources.map((resource) => ({ resource }));
  return { body: { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry } };
}

/** Starts the stand-in on a free port of loopback. */
export async function startFakeServer(): Promise<FakeServer> {
  const resources = new Map<string, Json>();
  const scores = new Map<string, number>();
  const verifiers = new Map<string, string>();
  const state = { failFromTransaction: undefined as number | undefined, now: () => new Date() };
  const [requests, invitations, transactions]: [string[], Json[], number[]] = [[], [], []];

  function transact(bundle: Json): Answer {
    const entries = (Array.isArray(bundle.entry) ? bundle.entry : []).filter(isJson);
    transactions.push(entries.length);
    if (state.failFromTransaction !== undefined && transactions.length >= state.failFromTransaction) {
      return { status: 503, body: { resourceType: 'OperationOutcome', issue: [{ details: { text: 'Interrupted' } }] } };
    }
    const known = new Set(entries.map(({ fullUrl }) => fullUrl));
    const dangling = (JSON.stringify(entries).match(/(?<="reference":")urn:uuid:[0-9a-f-]+/g) ?? []).filter(
      (urn) => !known.has(urn),
    );
    if (dangling.length > 0) {
      return { status: 400, body: { issue: [{ details: { text: `Dangling ${dangling[0]}` } }] } };
    }
    const entry = entries.map((one) => {
      const url = isJson(one.request) ? String(one.request.url) : '';
      const resource = isJson(one.resource) ? one.resource : {};
      const key = `${resource.resourceType}/${idOf(url)}`;
      resources.set(key, { ...resource, id: idOf(url) });
      const number = /[PR][0-9]{3}(?=-)/.exec(JSON.stringify(resource.identifier ?? ''))?.[0];
      if (number && risky.has(String(resource.resourceType))) {
        scores.set(number, state.now().getTime());
      }
      return { response: { status: '200', location: `${base()}fhir/R4/${key}/_history/1` } };
    });
    return { body: { resourceType: 'Bundle', type: 'transaction-response', entry } };
  }

  function search(type: string, query: URLSearchParams): Answer {
    if (query.get('_summary') === 'count') {
      const since = Date.parse(query.get('date')?.slice(2) ?? '1970-01-01');
      const patients = [...scores.values()].filter((at) => at >= since);
      return { body: { resourceType: 'Bundle', type: 'searchset', total: patients.length } };
    }
    const all = [...resources.values()].filter((each) => each.resourceType === type);
    const [system, value] = (query.get('identifier') ?? '').split('|');
    const wanted = all.filter((each) => {
      const identifiers = Array.isArray(each.identifier) ? each.identifier.filter(isJson) : [];
      const named = !query.has('name') || each.name === query.get('name');
      return named && (!value || identifiers.some((one) => one.system === system && one.value === value));
    });
    return resourceBundle(wanted);
  }

  function platform(path: string, body: Json): Answer | undefined {
    const [, project, action] = /^admin\/projects\/([^/]+)\/(client|invite|secrets)$/.exec(path) ?? [];
    if (path === 'auth/login') {
      verifiers.set('code', String(body.codeChallenge));
      return { body: { login: '1', code: 'code' } };
    }
    if (path === 'fhir/R4/Project/$init') {
      const [parameter] = Array.isArray(body.parameter) ? body.parameter.filter(isJson) : [];
      const project = {
        resourceType: 'Project',
        id: idOf(String(parameter?.valueString)),
        name: parameter?.valueString,
      };
      resources.set(`Project/${project.id}`, project);
      return { status: 201, body: project };
    }
    if (action === 'client') {
      return {
        status: 201,
        body: { resourceType: 'ClientApplication', id: idOf(String(body.name)), secret: 'secret' },
      };
    }
    if (action === 'secrets') {
      resources.set(`Project/${project}`, { ...resources.get(`Project/${project}`), secret: body });
      return { body: {} };
    }
    if (action === 'invite') {
      invitations.push(body);
      return { body: { resourceType: 'ProjectMembership', id: String(invitations.length) } };
    }
    return undefined;
  }

  function token(fields: URLSearchParams): Answer {
    const challenge = createHash('sha256')
      .update(fields.get('code_verifier') ?? '')
      .digest('base64url');
    const granted =
      fields.get('grant_type') === 'client_credentials'
        ? fields.get('client_secret') === 'secret'
        : verifiers.get(fields.get('code') ?? '') === challenge;
    return granted ? { body: { access_token: 'token' } } : { status: 400, body: { error: 'invalid_grant' } };
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', base());
    const path = url.pathname.slice(1);
    const text = await bodyOf(request);
    requests.push(`${request.method} ${path}`);
    if (path === 'oauth2/token') {
      return token(new URLSearchParams(text));
    }
    if (path !== 'auth/login' && path !== 'readyz' && request.headers.authorization !== 'Bearer token') {
      return { status: 401, body: {} };
    }
    if (request.method === 'GET') {
      return search(path.replace('fhir/R4/', ''), url.searchParams);
    }
    const body: Json = JSON.parse(text);
    return platform(path, body) ?? transact(body);
  }

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => {
        response.writeHead(status ?? 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      },
      (error: unknown) => {
        response.writeHead(500);
        response.end(String(error));
      },
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  function base(): string {
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  }
  return {
    baseUrl: base(),
    resources,
    requests,
    invitations,
    transactions,
    get failFromTransaction() {
      return state.failFromTransaction;
    },
    set failFromTransaction(value) {
      state.failFromTransaction = value;
    },
    get now() {
      return state.now;
    },
    set now(value) {
      state.now = value;
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
