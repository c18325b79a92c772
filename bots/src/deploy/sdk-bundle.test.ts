/** On a server without a model gateway the bundle carries the SDK, and takes its key from the bot's secrets (product.md N10). */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BotEvent } from '@medplum/core';
import { MockClient } from '@medplum/mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { botEvent, indexDefinitions } from '../testing/clinic.ts';
import { loadBundle } from '../testing/run-bundle.ts';
import { seedVisit } from '../testing/visit.ts';
import { loadBot } from './catalogue.ts';

const sentences = [
  {
    section: 'history',
    text: 'The patient has been feeling really down.',
    evidence: [{ turn: 2, quote: 'feeling really down' }],
  },
  { section: 'assessment', text: 'Depression.', evidence: [{ turn: 10, quote: 'for your depression' }] },
];

let messages: Server;
let asked: { key: unknown; version: unknown; model: unknown }[];
let status = 200;

beforeAll(async () => {
  indexDefinitions();
  asked = [];
  messages = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { model: string };
      const { 'x-api-key': key, 'anthropic-version': version } = request.headers;
      asked.push({ key, version, model: body.model });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: body.model,
          stop_reason: 'end_turn',
          content: [{ type: 'text', text: JSON.stringify({ sentences }) }],
          usage: { input_tokens: 1, output_tokens: 1 },
        }),
      );
    });
  });
  await new Promise<void>((done) => messages.listen(0, '127.0.0.1', done));
});
afterAll(() => messages.close());

async function run(
  secrets: Readonly<Record<string, string>>,
): Promise<{ result: unknown; engines: (string | undefined)[] }> {
  const medplum = new MockClient({ seedDefaultData: false });
  const { encounter } = await seedVisit(medplum);
  const { bundle } = await loadBot('soap', 'sdk');
  const named = Object.entries(secrets).map(([name, valueString]) => [name, { name, valueString }]);
  const event: BotEvent = { ...botEvent(encounter), secrets: Object.fromEntries(named) as BotEvent['secrets'] };
  const result = await loadBundle(bundle.code)(medplum, event);
  const devices = await medplum.searchResources('Device');
  return { result, engines: devices.map((each) => each.identifier?.[0]?.value) };
}

describe('a bundle with the SDK, in a bare realm', () => {
  const baseUrl = (): string => `http://127.0.0.1:${(messages.address() as AddressInfo).port}`;

  it('asks Claude with the key and the model of the secrets', async () => {
    const secrets = {
      ANTHROPIC_API_KEY: 'key-of-the-clinic',
      ANTHROPIC_MODEL: 'claude-test',
      ANTHROPIC_BASE_URL: baseUrl(),
    };
    const { result, engines } = await run(secrets);
    expect(result).toMatchObject({ kind: 'draft' });
    expect(engines).toEqual(['soap-claude/1.0.0']);
    expect(asked).toEqual([
      { key: 'key-of-the-clinic', version: expect.stringMatching(/^20\d\d-/) as string, model: 'claude-test' },
    ]);
  });

  it('abstains when Claude refuses the key', async () => {
    status = 401;
    const { result } = await run({ ANTHROPIC_API_KEY: 'wrong', ANTHROPIC_BASE_URL: baseUrl() });
    expect(result).toMatchObject({ kind: 'abstain', code: 'model-unavailable' });
  });

  it('drafts by rules without a key, and where the clinic wants no model', async () => {
    expect((await run({})).engines).toEqual(['soap-embedded/1.3.0']);
    expect((await run({ ANTHROPIC_API_KEY: 'key', AI_ENGINE: 'embedded' })).engines).toEqual(['soap-embedded/1.3.0']);
  });
});
