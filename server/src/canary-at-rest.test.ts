/**
 * What leaves the database as files: a backup of all its tables, its write-ahead log, and the server's own folder. Nothing
 * that is sealed can be read in any of them, in whatever element, table or waiting request it was planted.
 * @see security.md S74, S75
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backup, sql } from './database/index.ts';
import { createTestDatabase, type TestDatabase, testFolder } from './database/testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let own: TestDatabase;
let server: TestServer;
let clinic: TestClinic;
let firstWal: string;
const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-rest-'));

const MARK = `zqrest${randomUUID().slice(0, 8)}`;
let planted = 0;
const canary = (): string => `${MARK}${planted++}x`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** What is not sealed, and must be found by whoever looks rightly. */
const SEEN = `zqseen${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  own = await createTestDatabase();
  firstWal = await walFile();
  server = await startTestServer({}, undefined, { ...own, dataDir, baseUrl: 'http://127.0.0.1' });
  clinic = await server.clinic();
});
afterAll(async () => {
  await server.close();
  await own.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function walFile(): Promise<string> {
  const [row] = await own.database.query<{ name: string }>(sql`SELECT pg_walfile_name(pg_current_wal_lsn()) AS name`);
  return row?.name ?? '';
}

const section = (depth: number): object => ({
  text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${canary()}</div>` },
  ...(depth > 0 && { section: [section(depth - 1)] }),
});

/** Everything that a record may hold and storage may not. */
const records = (): object[] => [
  {
    resourceType: 'Patient',
    name: [{ family: SEEN }],
    identifier: [
      { system: 'http://hl7.org/fhir/sid/us-ssn', value: canary() },
      { system: 'urn:oid:2.16.840.1.113883.4.1', value: canary() },
    ],
    extension: [{ url: 'https://mindbridge.health/fhir/StructureDefinition/ssn', valueString: canary() }],
    contained: [
      {
        resourceType: 'Practitioner',
        id: 'r',
        identifier: [{ system: 'http://hl7.org/fhir/sid/us-ssn', value: canary() }],
      },
    ],
    generalPractitioner: [{ reference: '#r' }],
  },
  {
    ...{ resourceType: 'Communication', status: 'completed', note: [{ text: canary() }] },
    payload: [
      { contentString: canary() },
      { contentAttachment: { contentType: 'text/plain', title: canary(), data: base64(canary()) } },
    ],
  },
  {
    ...{ resourceType: 'CommunicationRequest', status: 'active', note: [{ text: canary() }] },
    payload: [{ contentString: canary() }],
  },
  {
    ...{
      resourceType: 'Composition',
      status: 'preliminary',
      type: { text: 'Note' },
      date: '2026-11-24',
      title: 'Note',
    },
    ...{ author: [{ display: 'A' }], section: [section(2)] },
  },
  {
    ...{ resourceType: 'DocumentReference', status: 'current' },
    content: [{ attachment: { contentType: 'text/plain', data: base64(canary()) } }],
  },
  { resourceType: 'Binary', contentType: 'text/plain', data: base64(canary()) },
  {
    ...{ resourceType: 'Task', status: 'requested', intent: 'order', note: [{ text: canary() }] },
    ...{ reasonCode: { text: canary() }, statusReason: { text: canary() } },
  },
];

async function plant(): Promise<void> {
  for (const record of records()) {
    const type = (record as Resource).resourceType;
    const made = await clinic.request<Resource>('POST', type, record);
    expect(made.status, made.text).toBe(201);
    expect((await clinic.request('PUT', `${type}/${made.body.id}`, { ...made.body, language: 'en' })).status).toBe(200);
  }
  const entry = records().map((resource) => ({
    resource,
    request: { method: 'POST', url: (resource as Resource).resourceType },
  }));
  const bundle = { resourceType: 'Bundle', type: 'batch', entry };
  expect((await clinic.request<Bundle>('POST', '', bundle)).status).toBe(200);
  await done(await clinic.request('POST', '', bundle, { prefer: 'respond-async' }));
  const link = `$export?_type=Communication&_typeFilter=${encodeURIComponent(`Communication?identifier=${canary()}`)}`;
  await done(await clinic.request('GET', link, undefined, { prefer: 'respond-async' }));
  expect((await clinic.request('POST', 'Binary', canary(), { 'content-type': 'text/plain' })).status).toBe(201);
  await clinic.request('POST', 'Communication', { ...records()[1], status: canary() });
}

async function done(started: { readonly headers: Headers }): Promise<void> {
  const status = (started.headers.get('content-location') ?? '').split('/fhir/R4/')[1] ?? '';
  const ask = async () => (await clinic.request('GET', status)).status;
  await expect.poll(ask, { timeout: 20_000, interval: 1200 }).toBe(200);
}

/** What of a text can be read, plain, in base64 or as hexadecimal digits. */
function readable(bytes: Buffer, mark: string): string[] {
  const forms = [
    mark,
    ...[0, 1, 2].map((n) => base64(`${' '.repeat(n)}${mark}`).slice(n === 0 ? 0 : 4, -4)),
    Buffer.from(mark).toString('hex'),
  ];
  return forms
    .filter((form) => bytes.includes(form))
    .map((form) => {
      const at = bytes.indexOf(form);
      return bytes.toString('latin1', Math.max(0, at - 80), at + 60);
    });
}

function filesBelow(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path));
}

/** The segments of the write-ahead log since this test began. */
async function walSince(): Promise<Buffer[]> {
  const flushed = async () =>
    (
      await own.database.query<{ done: boolean }>(
        sql`SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() AS done`,
      )
    )[0]?.done;
  await expect.poll(flushed, { timeout: 10_000 }).toBe(true);
  const folder = realpathSync(join(testFolder(Number(process.env.MINDBRIDGE_TEST_RUN ?? process.pid)), 'postgresql'));
  const log =
    readdirSync(folder, { recursive: true })
      .map(String)
      .find((name) => name.endsWith('pg_wal')) ?? '';
  return readdirSync(join(folder, log))
    .filter((name) => /^[0-9A-F]{24}$/.test(name) && name >= firstWal)
    .map((name) => readFileSync(join(folder, log, name)));
}

test('S74: nothing that is sealed can be read in a backup, the write-ahead log, the data folder, logs or metrics', async () => {
  await plant();
  expect(planted).toBeGreaterThan(50);
  const file = join(dataDir, 'canary.backup');
  await backup({ config: own.config }, file, new Date());
  const dump = zstdDecompressSync(readFileSync(file));
  rmSync(file);
  const wal = Buffer.concat(await walSince());
  const metrics = Buffer.from(await (await fetch(`http://127.0.0.1:${new URL(server.baseUrl).port}/metrics`)).text());
  expect(readable(dump, SEEN).length).toBeGreaterThan(0);
  expect(readable(wal, SEEN).length).toBeGreaterThan(0);
  const places = {
    dump,
    wal,
    metrics,
    data: Buffer.concat(filesBelow(dataDir)),
    log: Buffer.from(server.log.join('\n')),
  };
  for (const [place, bytes] of Object.entries(places)) {
    expect(readable(bytes, MARK), place).toEqual([]);
  }
});
