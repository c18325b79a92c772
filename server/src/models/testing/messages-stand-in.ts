import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the stand-in got it. */
export interface StandInRequest {
  readonly model: string;
  readonly max_tokens: number;
  readonly system?: unknown;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly output_config?: { readonly format?: { readonly type: string; readonly schema: Schema } };
}

/** What a scripted model answers: a text with its stop reason, or an HTTP error. */
export type StandInReply =
  | { readonly text: string; readonly stopReason?: string }
  | { readonly status: number; readonly retryAfterMs?: number };

/** A script: the reply to the n-th request (from 0). Undefined = the default reply. */
export type Script = (
  request: StandInRequest,
  n: number,
) => StandInReply | undefined | Promise<StandInReply | undefined>;

export interface MessagesStandIn {
  readonly url: string;
  readonly requests: StandInRequest[];
  script: Script;
  close(): Promise<void>;
}

interface Schema {
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** A value that a JSON schema permits. */
function sample(schema: Schema): unknown {
  if (schema.const !== undefined) {
    return schema.const;
  }
  const [first] = schema.enum ?? [];
  if (first !== undefined) {
    return first;
  }
  const [alternative] = schema.anyOf ?? [];
  if (alternative !== undefined) {
    return sample(alternative);
  }
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, sample(inner)]));
    case 'array':
      return schema.items ? [sample(schema.items)] : [];
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'sample';
  }
}

/** Starts a server that speaks the Messages API on 127.0.0.1. @see https://docs.anthropic.com/en/api/messages */
export async function startMessagesStandIn(): Promise<MessagesStandIn> {
  const requests: StandInRequest[] = [];
  const standIn: { -readonly [K in keyof MessagesStandIn]: MessagesStandIn[K] } = {
    url: '',
    requests,
    script: () => undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    serve(standIn, request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  standIn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return standIn;
}

async function serve(standIn: MessagesStandIn, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  if (request.url !== '/v1/messages' || request.method !== 'POST') {
    refuse(response, 404, 'not_found_error');
    return;
  }
  if (!request.headers['x-api-key'] && !request.headers.authorization?.startsWith('Bearer ')) {
    refuse(response, 401, 'authentication_error');
    return;
  }
  const body = JSON.parse(Buffer.concat(chunks).toString()) as StandInRequest;
  if (!body.max_tokens) {
    refuse(response, 400, 'invalid_request_error');
    return;
  }
  standIn.requests.push(body);
  const reply = (await standIn.script(body, standIn.requests.length - 1)) ?? defaultReply(body);
  if ('status' in reply) {
    refuse(response, reply.status, 'overloaded_error', reply.retryAfterMs);
    return;
  }
  send(response, body, reply.text, reply.stopReason ?? 'end_turn');
}

function defaultReply(body: StandInRequest): StandInReply {
  const schema = body.output_config?.format?.schema;
  return { text: schema === undefined ? 'A sentence of the stand-in.' : JSON.stringify(sample(schema)) };
}

function send(response: ServerResponse, body: StandInRequest, text: string, stopReason: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'request-id': `req_${Date.now()}` });
  response.end(
    JSON.stringify({
      id: 'msg_stand_in',
      type: 'message',
      role: 'assistant',
      model: body.model,
      content: text === '' ? [] : [{ type: 'text', text }],
      stop_reason: stopReason,
      stop_sequence: null,
      usage: { input_tokens: Math.ceil(JSON.stringify(body).length / 4), output_tokens: Math.ceil(text.length / 4) },
    }),
  );
}

function refuse(response: ServerResponse, status: number, type: string, retryAfterMs?: number): void {
  const headers = {
    'content-type': 'application/json',
    ...(retryAfterMs !== undefined && { 'retry-after-ms': String(retryAfterMs) }),
  };
  response.writeHead(status, headers).end(JSON.stringify({ type: 'error', error: { type, message: type } }));
}
