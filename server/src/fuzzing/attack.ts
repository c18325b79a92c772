import { Agent, type IncomingMessage, request } from 'node:http';
import type { BadRequest } from './bad-request.ts';

/** How one bad request was answered. */
export interface Answered {
  readonly request: BadRequest;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** From the first byte sent to the last received, in ms. */
  readonly ms: number;
}

/** Against which server, and as whom. */
export interface Target {
  readonly port: number;
  readonly authorization: string;
  readonly parallel: number;
}

/** How long one answer may take before the run stops waiting for it, in ms. */
const ANSWER_TIMEOUT = 30_000;

/** Sends the requests, `parallel` at a time over connections that are kept, and gives what is wrong with the answers. */
export async function attack(
  target: Target,
  requests: readonly BadRequest[],
  judge: (answered: Answered) => void,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: target.parallel });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < requests.length; at = next++) {
      judge(await send(agent, target, requests[at] as BadRequest));
    }
  };
  await Promise.all(Array.from({ length: target.parallel }, worker));
  agent.destroy();
}

/** Status 0 stands for no answer at all. */
function send(agent: Agent, target: Target, bad: BadRequest): Promise<Answered> {
  return new Promise((resolve) => {
    const started = performance.now();
    const answered = (status: number, contentType: string, text: string): void =>
      resolve({ request: bad, status, contentType, text, ms: performance.now() - started });
    const outgoing = request(
      {
        agent,
        host: '127.0.0.1',
        port: target.port,
        method: bad.method,
        path: bad.path,
        headers: {
          authorization: target.authorization,
          ...(bad.body !== undefined && { 'content-length': Buffer.byteLength(bad.body) }),
          ...bad.headers,
        },
        timeout: ANSWER_TIMEOUT,
      },
      (response) => {
        void readText(response).then(
          (text) => answered(response.statusCode ?? 0, response.headers['content-type'] ?? '', text),
          (error: Error) => answered(0, '', error.message),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', (error) => answered(0, '', error.message));
    outgoing.end(bad.body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What is wrong with an answer; undefined when it is as it must be. */
export function faultOf({ request: { kind, method, refused, path }, status, text }: Answered): string | undefined {
  const where = `${kind}: ${method} ${path.slice(0, 160)}`;
  if (status === 0) {
    return `${where} got no answer (${text})`;
  }
  if (status >= 500) {
    return `${where} got ${status} ${text.slice(0, 200)}`;
  }
  if (status < 400) {
    return refused ? `${where} was taken with ${status}` : undefined;
  }
  return method === 'HEAD' || saysWhy(text)
    ? undefined
    : `${where} got ${status} without an outcome: ${text.slice(0, 120)}`;
}

/**
 * An OperationOutcome, the error of RFC 6749, or the errors of GraphQL.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 * @see https://spec.graphql.org/October2021/#sec-Errors
 */
function saysWhy(text: string): boolean {
  try {
    const body = JSON.parse(text) as {
      resourceType?: unknown;
      issue?: unknown[];
      error?: unknown;
      errors?: unknown[];
    } | null;
    const isOutcome = body?.resourceType === 'OperationOutcome' && (body.issue?.length ?? 0) > 0;
    return isOutcome || typeof body?.error === 'string' || (body?.errors?.length ?? 0) > 0;
  } catch {
    return false;
  }
}
