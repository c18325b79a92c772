// https://docs.anthropic.com/en/api/messages
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { FhirError } from '../fhir/index.ts';
import type { OperationRequest } from '../repository/index.ts';
import { type ModelGatewayOptions, modelOperations } from './model-operation.ts';
import type { ModelReply } from './model-reply.ts';
import { type MessagesStandIn, startMessagesStandIn } from './testing/messages-stand-in.ts';

let db: TestDatabase;
let standIn: MessagesStandIn;
let tenant = 30;

beforeAll(async () => {
  db = await createTestDatabase();
  standIn = await startMessagesStandIn();
});
afterAll(async () => {
  await standIn.close();
  await db.close();
});
beforeEach(() => {
  tenant++;
  standIn.requests.length = 0;
  standIn.script = () => undefined;
});

const schema = {
  type: 'object',
  properties: { text: { type: 'string' }, band: { enum: ['high', 'low'] } },
  required: ['text', 'band'],
  additionalProperties: false,
};
const question = {
  system: ['You phrase.', 'You never decide.'],
  messages: [{ role: 'user', content: 'Say it.' }],
  schema,
  purpose: 'risk-narrative',
  promptId: 'risk',
  promptVersion: '1.0.0',
  manifest: [],
};

async function ask(
  body: unknown = question,
  options: Partial<ModelGatewayOptions> = {},
  author = 'Bot/1',
): Promise<ModelReply> {
  const claude = { apiKey: 'key', baseUrl: standIn.url, model: 'claude-sonnet-5', timeoutMs: 2000 };
  const [operation] = modelOperations({
    database: db.database,
    claude,
    clock: () => new Date(),
    settingsOf: async () => [],
    isPromptInUse: async () => true,
    readsOf: async () => ['Observation/1/_history/1'],
    ...options,
  });
  const records = {
    readStored: async (type: string, id: string) => ({ json: JSON.stringify(stored[`${type}/${id}`] ?? {}) }),
  };
  const hidden = { ...plainRule, hiddenFields: ['name'] };
  const grant = {
    ruleSets: [{ source: 'test', rulesFor: (type: string) => (type === 'Patient' ? [hidden] : [plainRule]) }],
  };
  const request = {
    grant,
    repository: records,
    context: { requestId: 'r', tenant, projectId: 'p', author, depth: 1 },
    body,
  };
  const response = await operation?.handle(request as unknown as OperationRequest);
  return JSON.parse(String(response?.raw?.body)) as ModelReply;
}

const plainRule = { resourceType: '*', interactions: new Set(['read']), hiddenFields: [], readonlyFields: [] };
const stored: Record<string, object> = { 'Condition/1': { meta: { security: [{ code: '42CFRPart2' }] } } };

async function records(): Promise<Record<string, unknown>[]> {
  return db.database.query({ text: 'SELECT * FROM model_call WHERE tenant = $1', values: [tenant] });
}

test('gives structured output, and records the call without its text', async () => {
  const reply = await ask();
  expect(reply).toMatchObject({ kind: 'complete', value: { text: 'sample', band: 'high' }, model: 'claude-sonnet-5' });
  expect(standIn.requests[0]).toMatchObject({
    max_tokens: 2000,
    output_config: { format: { type: 'json_schema', schema } },
  });
  const [record] = await records();
  expect(record).toMatchObject({
    requester: 'Bot/1',
    purpose: 'risk-narrative',
    prompt_version: '1.0.0',
    outcome: 'complete',
  });
  expect(record?.input_tokens).toBeGreaterThan(0);
  expect(JSON.stringify(record)).not.toContain('Say it.');
});

test('gives text when no schema was asked for', async () => {
  expect(await ask({ ...question, schema: undefined })).toMatchObject({
    kind: 'complete',
    value: 'A sentence of the stand-in.',
  });
});

test.each([
  ['truncated', { text: '{"text":', stopReason: 'max_tokens' }],
  ['refused', { text: 'No.', stopReason: 'refusal' }],
  ['malformed', { text: 'Sure! Here it is' }],
  ['empty', { text: '' }],
  ['unavailable', { status: 529, retryAfterMs: 1 }],
  ['unavailable', { status: 400 }],
] as const)('a reply that is %s is a kind of reply', async (kind, reply) => {
  standIn.script = () => reply;
  expect((await ask()).kind).toBe(kind);
  expect((await records())[0]?.outcome).toBe(kind);
});

test('tries again when the model is overloaded for a moment', async () => {
  standIn.script = (_request, n) => (n === 0 ? { status: 529, retryAfterMs: 1 } : undefined);
  expect((await ask()).kind).toBe('complete');
});

test('a model that does not answer is slow', async () => {
  standIn.script = () => new Promise(() => undefined);
  const claude = { apiKey: 'key', baseUrl: standIn.url, model: 'claude-sonnet-5', timeoutMs: 200 };
  expect((await ask(question, { claude })).kind).toBe('slow');
});

test('what a call cost, what it was asked with and how often it was sent are on record', async () => {
  standIn.script = (_request, n) => (n === 0 ? { status: 529, retryAfterMs: 1 } : undefined);
  const claude = { apiKey: 'key', baseUrl: standIn.url, model: 'claude-sonnet-5', price: { input: 3, output: 15 } };
  const { usage } = await ask(question, { claude });
  const [record] = await records();
  expect(record?.cost_usd).toBeCloseTo((usage.inputTokens * 3 + usage.outputTokens * 15) / 1e6, 6);
  expect(record).toMatchObject({ retries: 1, parameters: '{"maxTokens":2000,"structured":true}' });
  await ask();
  expect((await records())[1]?.cost_usd).toBeNull();
});

test('nothing is sent once the budget of the day is used up', async () => {
  expect((await ask()).kind).toBe('complete');
  expect((await ask(question, { dailyTokens: 1 })).kind).toBe('over-budget');
  expect(standIn.requests.length).toBe(1);
});

test.each([
  ['without a key', 409, question, { claude: undefined }, 'Bot/1'],
  ['a person', 403, question, {}, 'Practitioner/1'],
  ['a malformed body', 400, { ...question, temperature: 1 }, {}, 'Bot/1'],
  ['a prompt of which nobody says what it shows', 400, { ...question, manifest: undefined }, {}, 'Bot/1'],
] as const)('%s is refused with %i', async (_name, status, body, options, author) => {
  const error: unknown = await ask(body, options, author).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FhirError);
  expect((error as FhirError).status).toBe(status);
});

const setting = (name: string, value: object) => ({ settingsOf: async () => [{ name, ...value }] });

test.each([
  ['for the clinic', setting('aiModels', { valueBoolean: false })],
  ['for the module', setting('aiModelsOff', { valueString: 'soap, risk-narrative' })],
])('models that are switched off %s are sent nothing, and bots are told that there is none', async (_name, options) => {
  const error: unknown = await ask(question, options).catch((thrown: unknown) => thrown);
  expect((error as FhirError).outcome.issue[0]?.details?.coding?.[0]?.code).toBe('no-model');
  expect(standIn.requests).toEqual([]);
  expect((await ask(question, setting('aiModelsOff', { valueString: 'soap' }))).kind).toBe('complete');
});

test('a version of a prompt that is not in use is not sent', async () => {
  const error: unknown = await ask(question, { isPromptInUse: async () => false }).catch((thrown: unknown) => thrown);
  expect((error as FhirError).status).toBe(409);
  expect(standIn.requests).toEqual([]);
});

test('the budget of a day is that of the clinic', async () => {
  expect((await ask(question, setting('aiDailyTokens', { valueInteger: 1 }))).kind).toBe('complete');
  expect((await ask(question, setting('aiDailyTokens', { valueInteger: 1 }))).kind).toBe('over-budget');
});

test('N14: what the prompt showed is on record, by its author or by what the run has read', async () => {
  const manifest = [{ reference: 'Observation/2/_history/1', fields: ['valueQuantity', 'code'] }];
  await ask({ ...question, manifest });
  expect(JSON.parse(String((await records())[0]?.manifest))).toEqual(manifest);
  tenant++;
  await ask();
  expect(JSON.parse(String((await records())[0]?.manifest))).toEqual([{ reference: 'Observation/1/_history/1' }]);
});

test.each([
  ['a hidden element', 'model-field-hidden', [{ reference: 'Patient/1', fields: ['name'] }]],
  ['part of a hidden element', 'model-field-hidden', [{ reference: 'Patient/1', fields: ['name.family'] }]],
  ['a record under 42 CFR Part 2', 'model-part-two', [{ reference: 'Condition/1', fields: ['code'] }]],
])('S73: a prompt that shows %s is not sent', async (_name, key, manifest) => {
  const error: unknown = await ask({ ...question, manifest }).catch((thrown: unknown) => thrown);
  expect((error as FhirError).outcome.issue[0]?.details?.coding?.[0]?.code).toBe(key);
  expect(standIn.requests).toEqual([]);
});
