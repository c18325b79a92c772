// https://www.medplum.com/docs/bots: what a bot is given, and what becomes of it
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bot } from '@medplum/fhirtypes';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { FhirError } from '../fhir/index.ts';
import { TestStore } from '../outbox/testing.ts';
import type { OperationRequest, OperationResponse, Repository } from '../repository/index.ts';
import type { BotTokenRequest } from './bot-token.ts';
import { type Bots, createBots } from './create-bots.ts';

let db: TestDatabase;
let server: Server;
let bots: Bots;
let tenant = 40;
let store: TestStore;
const issued: BotTokenRequest[] = [];
const ended: string[] = [];
const seen: (string | undefined)[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(201, { 'content-type': 'application/fhir+json' }).end('{"resourceType":"Basic","id":"b"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bots = createBots({
    database: db.database,
    systemRepository: () => ({ searchResources: async () => [{ id: 'membership' }] }) as unknown as Repository,
    issueBotToken: async (request) => {
      issued.push(request);
      return { accessToken: `token-${issued.length}` };
    },
    endBotToken: (token) => ended.push(token.accessToken),
    serverUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fhirUrl: 'http://127.0.0.1/fhir/R4/',
    outboundAllow: [],
    jobs: () => {
      throw new Error('not used');
    },
    audit: () => undefined,
    log: () => undefined,
    clock: () => new Date(),
    pool: { size: 2 },
  });
  bots.start();
});
afterAll(async () => {
  bots.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await db.close();
});
beforeEach(() => {
  store = new TestStore(db.database, ++tenant);
  issued.length = 0;
  ended.length = 0;
});

const bot = (overrides: Partial<Bot> = {}): Bot & { id: string } => ({
  resourceType: 'Bot',
  id: 'b1',
  name: 'b',
  ...overrides,
});

async function call(name: string, request: Partial<OperationRequest> = {}): Promise<OperationResponse> {
  const level = request.query?.has('identifier') ? 'type' : 'instance';
  const operation = bots.operations.find((candidate) => candidate.name === name && candidate.level === level);
  const repository = {
    readResource: async () => bot(),
    searchResources: async () => [bot()],
    updateResource: async (resource: Bot) => store.put(resource as Bot & { id: string }),
  };
  const response = await operation?.handle({
    context: { requestId: 'req1', tenant, projectId: 'p', author: 'Practitioner/1', depth: 2 },
    grant: { tenant, ruleSets: [], system: false, extendedMode: false },
    repository: repository as unknown as Repository,
    method: 'POST',
    resourceType: 'Bot',
    id: level === 'type' ? undefined : 'b1',
    query: new URLSearchParams(),
    body: undefined,
    headers: { authorization: 'Bearer secret', 'x-one': '1' },
    ...request,
  });
  return response as OperationResponse;
}

const deploy = (code: string, filename = 'bot.cjs') => call('$deploy', { body: { code, filename } });
const execute = (body: unknown, contentType = 'application/json') => call('$execute', { body, contentType });

async function runs(): Promise<Record<string, unknown>[]> {
  return db.database.query({ text: 'SELECT * FROM bot_run WHERE tenant = $1 ORDER BY started_at', values: [tenant] });
}

describe('$deploy and $execute', () => {
  test('runs the newest version, with a token of depth + 1 that ends with the run, and records it', async () => {
    await deploy('exports.handler = async () => "one";');
    await deploy(`exports.handler = async (medplum, event) => {
      await medplum.createResource({ resourceType: 'Basic' });
      return { input: event.input, requester: event.requester.reference, bot: event.bot.reference, headers: Object.keys(event.headers).sort() };
    };`);
    const { raw } = await execute({ a: 'b' });
    expect(JSON.parse(String(raw?.body))).toEqual({
      input: { a: 'b' },
      requester: 'Practitioner/1',
      bot: 'Bot/b1',
      headers: ['X-Idempotency-Key', 'x-idempotency-key', 'x-one'],
    });
    // Good for the wait for a process too: a minute, beside the ten seconds of a run.
    expect(issued).toMatchObject([{ tenant, botMembership: 'membership', depth: 3, ttlSeconds: 70 }]);
    expect(ended).toEqual(['token-1']);
    expect(seen.at(-1)).toBe('Bearer token-1');
    expect(await runs()).toMatchObject([
      { bot: 'b1', code_version: 2, cause: 'execute', state: 'succeeded', idempotency_key: 'req1' },
    ]);
  });

  test('takes TypeScript, text, HL7 v2 and resources; finds a bot by identifier', async () => {
    await deploy(
      'export async function handler(_m: unknown, event: { input: string }) { return event.input.toUpperCase(); }',
      'bot.ts',
    );
    expect((await execute(Buffer.from('héllo'), 'text/plain')).raw).toMatchObject({ body: 'HÉLLO' });
    await deploy(`exports.handler = async (m, event) => event.input.getSegment('PID').getField(3).toString();`);
    const hl7 = 'MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\rPID|||123';
    expect((await execute(Buffer.from(hl7), 'x-application/hl7-v2+er7')).raw?.body).toBe('123');
    await deploy(`exports.handler = async (m, event) => ({ resourceType: 'Patient', id: event.input.id });`);
    const query = new URLSearchParams({ identifier: 'urn:x|y' });
    const { resource } = await call('$execute', { query, body: { id: 'p' }, contentType: 'application/json' });
    expect(resource).toEqual({ resourceType: 'Patient', id: 'p' });
  });

  test('a bot that throws answers 400 with its own words; one that hangs 422', async () => {
    await deploy(`exports.handler = async () => { throw new Error('no such plan'); };`);
    const error = await execute({}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FhirError);
    expect((error as FhirError).status).toBe(400);
    expect((error as FhirError).outcome.issue[0]?.details?.text).toBe('Error: no such plan');
    expect((await runs())[0]?.log).toContain('no such plan');
  });

  test.each([
    ['exports.handler = (', 'b.cjs', 'does not compile'],
    ['export const a = ;', 'b.mjs', 'does not compile'],
    [`const fs = require('fs');`, 'b.cjs', "imports 'fs'"],
    [`import { readFile } from 'node:fs/promises'; export const handler = 1;`, 'b.mjs', "imports 'node:fs/promises'"],
    [`exports.handler = () => import("child_process");`, 'b.cjs', "imports 'child_process'"],
  ])('%s is refused at deploy', async (code, filename, text) => {
    await expect(deploy(code, filename)).rejects.toThrow(text);
  });
});

describe('Subscriptions', () => {
  const delivery = {
    ...{ tenant: 0, subscription: 's1', number: 7, seq: 99, type: 'Observation', id: 'o1', version: 3 },
    ...{ interaction: 'update' as const, depth: 0, attempts: 1, content: '{"resourceType":"Observation","id":"o1"}' },
  };
  const entry = { bot: 'b1', author: 'Practitioner/2', contentType: 'application/fhir+json' };
  const deliver = () => bots.runBot(entry, { ...delivery, tenant });

  test('the idempotency key is the same on every attempt, and every attempt is recorded', async () => {
    await deploy(`exports.handler = async (m, event) => { throw new Error(event.headers['x-idempotency-key']); };`);
    expect(await deliver()).toEqual({ kind: 'retry', error: 'The bot failed: its runs say why' });
    expect((await deliver()).kind).toBe('retry');
    const error = 'Error: 99.b1';
    expect(await runs()).toMatchObject([
      { subscription: 's1', number: 7, input: 'Observation/o1/_history/3', attempt: 2, error },
      { subscription: 's1', state: 'failed', error },
    ]);
  });

  test('what the bot calls final is a dead letter; what succeeds is delivered', async () => {
    await deploy(`exports.handler = async () => { throw Object.assign(new Error('never'), { retryable: false }); };`);
    expect((await deliver()).kind).toBe('dead');
    await deploy('exports.handler = async () => undefined;');
    expect((await deliver()).kind).toBe('delivered');
  });

  test('Bot.timeout ends a run', async () => {
    await deploy('exports.handler = () => new Promise(() => {});');
    await store.put(bot({ timeout: 1 }));
    expect(await deliver()).toEqual({ kind: 'retry', error: 'The bot ran longer than 1000 ms' });
  });

  test('a bot without code waits for its deployment', async () => {
    await store.put(bot({ id: 'b2' }));
    expect((await bots.runBot({ ...entry, bot: 'b2' }, { ...delivery, tenant })).kind).toBe('retry');
  });
});
