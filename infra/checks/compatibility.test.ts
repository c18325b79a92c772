// N10: each deployed file does the same on our server and on Medplum's mock; the table in bots/README.md says so.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MockClient } from '@medplum/mock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BotName, catalogue, isBotName, loadBot } from '../../bots/src/deploy/catalogue.ts';
import { botEvent, indexDefinitions } from '../../bots/src/testing/clinic.ts';
import { type BotHost, compatibilityTable, scenarios } from '../../bots/src/testing/compatibility.ts';
import { loadBundle } from '../../bots/src/testing/run-bundle.ts';
import { startTestServer, type TestServer } from '../../server/src/testing.ts';
import { deployBots } from './bot-clinic.ts';

const README = join(import.meta.dirname, '../../bots/README.md');
const TABLE = /(?<=<!-- compatibility -->\n)[\s\S]*?(?=\n<!-- \/compatibility -->)/;
const names = Object.keys(catalogue).filter(isBotName);

let server: TestServer;

beforeAll(async () => {
  indexDefinitions();
  server = await startTestServer();
}, 120_000);
afterAll(() => server.close());

/** Medplum's mock, with the files in a realm as bare as that of an in-process host of Medplum. */
async function mockHost(): Promise<BotHost> {
  const medplum = new MockClient({ seedDefaultData: false });
  const sources = await Promise.all(names.map(async (name) => [name, await loadBot(name, 'sdk')] as const));
  const handlers = new Map(sources.map(([name, { bundle }]) => [name, loadBundle(bundle.code)]));
  return {
    name: '@medplum/mock, bare realm',
    medplum,
    run: async (bot, input) => handlers.get(bot)?.(medplum, botEvent(input)),
  };
}

/** Our server, with the bots deployed as anybody deploys them, under the policies of the role matrix. */
async function ownHost(): Promise<BotHost> {
  const clinic = await server.clinic();
  const medplum = await deployBots(server, clinic, names, { subscribed: false });
  const system = 'https://mindbridge.health/fhir/sid/deployment';
  return {
    name: 'our server',
    medplum,
    run: (bot: BotName, input) => medplum.executeBot({ system, value: bot }, input ?? {}),
  };
}

it('every bot passes on every host, and the README says so', async () => {
  const hosts = [await mockHost(), await ownHost()];
  const results: boolean[][] = [];
  for (const host of hosts) {
    const passed: boolean[] = [];
    for (const scenario of scenarios) {
      passed.push(await scenario.passes(host).catch(() => false));
    }
    results.push(passed);
  }
  const table = compatibilityTable(
    hosts.map(({ name }) => name),
    results,
  );
  const readme = readFileSync(README, 'utf8');
  if (process.env.UPDATE === 'true') {
    writeFileSync(README, readme.replace(TABLE, table));
  } else {
    expect(TABLE.exec(readme)?.[0]).toBe(table);
  }
  expect(results.flat()).not.toContain(false);
}, 120_000);
