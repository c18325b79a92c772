// Pages: https://hl7.org/fhir/R4/http.html#transaction, https://www.rfc-editor.org/rfc/rfc7636
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oakwood } from '../clinic/staff.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';
import { isJson, type Json } from './http-api.ts';
import { loadDemo } from './load-demo.ts';

let server: FakeServer;
let dataDir: string;
let lines: string[];
let deployed: number;

const monday = new Date('2026-11-23T15:00:00Z');
const tuesday = new Date('2026-11-24T15:00:00Z');

async function load(now: Date, versions = { seeds: 'one', bots: 'one' }): Promise<void> {
  let time = now.getTime();
  const deployBots = async (): Promise<void> => {
    deployed += 1;
  };
  const pause = async (milliseconds: number): Promise<void> => {
    time += milliseconds;
  };
  server.now = () => new Date(time);
  const surroundings = { say: (line: string) => lines.push(line), pause, now: () => new Date(time) };
  await loadDemo({ baseUrl: server.baseUrl, dataDir, versions, deployBots }, surroundings);
}

function demoFile(): Json {
  return JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8'));
}

function tenants(): Json[] {
  const { tenants: all } = demoFile();
  return Array.isArray(all) ? all.filter(isJson) : [];
}

function startOf(key: string): unknown {
  const found = [...server.resources.values()].find((each) =>
    JSON.stringify(each.identifier ?? '').includes(`"${key}"`),
  );
  return isJson(found?.period) ? found.period.start : found?.start;
}

beforeEach(async () => {
  server = await startFakeServer();
  dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-seed-'));
  writeFileSync(
    join(dataDir, 'demo.json'),
    JSON.stringify({ superAdmin: { email: 'root@demo.example', password: 'x' } }),
  );
  lines = [];
  deployed = 0;
});

afterEach(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true });
});

describe('a first load', { timeout: 60_000 }, () => {
  it('makes both tenants, deploys the bots once, loads 200 patients and waits for their scores', async () => {
    await load(monday);
    expect(tenants().map(({ name }) => name)).toEqual(['Oakwood Behavioral Health', 'Riverside Family Clinic']);
    expect(deployed).toBe(1);
    expect([...server.resources.keys()].filter((key) => key.startsWith('Patient/'))).toHaveLength(205);
    expect(lines).toContain('  scoring patients 200/200');
  });

  it('tells the bots of Oakwood its time zone, and once only', async () => {
    await load(monday);
    const zones = [...server.resources.values()].flatMap(({ secret }) => (secret === undefined ? [] : [secret]));
    expect(zones).toEqual([[{ name: 'TIME_ZONE', valueString: oakwood.timeZone }]]);
    server.requests.length = 0;
    await load(monday, { seeds: 'one', bots: 'two' });
    expect(server.requests.filter((request) => request.endsWith('/secrets'))).toEqual([]);
  });

  it('writes demo.json for its owner only, with one user of each role, and keeps the super-admin', async () => {
    await load(monday);
    expect(statSync(join(dataDir, 'demo.json')).mode & 0o777).toBe(0o600);
    for (const tenant of tenants()) {
      const users = Array.isArray(tenant.users) ? tenant.users.filter(isJson) : [];
      const roles = 'physician nurse front-desk billing admin case-manager supervisor patient proxy'.split(' ');
      expect(users.map(({ role }) => role)).toEqual(expect.arrayContaining(roles));
      expect(users.every(({ password }) => String(password).length >= 15)).toBe(true);
    }
    expect(demoFile()).toMatchObject({
      baseUrl: server.baseUrl.replace(/\/$/, ''),
      superAdmin: { email: 'root@demo.example', password: 'x' },
    });
  });

  it('invites a case manager with their own reference as the panel', async () => {
    await load(monday);
    const maria = server.invitations.find(({ email }) => email === 'maria.lopez@oakwood.example');
    const membership = isJson(maria?.membership) ? maria.membership : {};
    const profile = isJson(membership.profile) ? membership.profile.reference : undefined;
    expect(profile).toMatch(/^Practitioner\//);
    expect(JSON.stringify(membership.access)).toContain(`"name":"panel","valueReference":{"reference":"${profile}"}`);
  });

  it('fails with one sentence when there is no demo.json', async () => {
    rmSync(join(dataDir, 'demo.json'));
    await expect(load(monday)).rejects.toThrow(/demo\.json is missing/);
  });
});

describe('a second run', { timeout: 60_000 }, () => {
  it('writes nothing on the same day', async () => {
    await load(monday);
    server.requests.length = 0;
    await load(monday);
    expect(server.requests.filter((request) => !request.startsWith('GET') && !request.includes('oauth2'))).toEqual([]);
    expect(deployed).toBe(1);
  });

  it('moves only the dates on the next day', async () => {
    await load(monday);
    const before = startOf('P004-visit-1');
    const [all] = [server.transactions.reduce((sum, size) => sum + size, 0)];
    server.transactions.length = 0;
    await load(tuesday);
    expect(lines.filter((line) => line === '  scoring patients 200/200')).toHaveLength(2);
    expect(Date.parse(String(startOf('P004-visit-1'))) - Date.parse(String(before))).toBe(86_400_000);
    expect(server.transactions.reduce((sum, size) => sum + size, 0)).toBeLessThan(all);
    expect(server.invitations).toHaveLength(23);
    expect(deployed).toBe(1);
  });

  it('brings everything up to date when the seeds have changed', async () => {
    await load(monday);
    await load(monday, { seeds: 'two', bots: 'one' });
    expect(deployed).toBe(2);
    expect([...server.resources.keys()].filter((key) => key.startsWith('Patient/'))).toHaveLength(205);
    expect(server.invitations).toHaveLength(23);
  });

  it('deploys the bots and writes nothing else but its mark when only those have changed', async () => {
    await load(monday);
    server.transactions.length = 0;
    await load(monday, { seeds: 'one', bots: 'two' });
    expect(deployed).toBe(2);
    expect(server.transactions).toEqual([1]);
    await load(monday, { seeds: 'one', bots: 'two' });
    expect(deployed).toBe(2);
  });
});

describe('a run that was cut off', { timeout: 60_000 }, () => {
  it.each([20, 24, 31, 43])('at transaction %i ends where an undisturbed one does', async (cut) => {
    server.failFromTransaction = cut;
    await expect(load(monday)).rejects.toThrow('Interrupted');
    server.failFromTransaction = undefined;
    await load(monday);
    expect([...server.resources.keys()].filter((key) => key.startsWith('Patient/'))).toHaveLength(205);
    expect(new Set(server.invitations.map(({ email }) => email)).size).toBe(23);
    expect(server.invitations).toHaveLength(23);
    server.requests.length = 0;
    await load(monday);
    expect(server.requests.some((request) => request.startsWith('POST fhir'))).toBe(false);
  });
});
