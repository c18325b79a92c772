import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appPages } from './apps.ts';

const EHR = 'https://ehr.example';
let server: Server;

beforeAll(async () => {
  const app = express().use(appPages({ folder: '/nowhere', apps: ['login'], smartApps: ['risk'], ehrs: [EHR] }));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

async function headersOf(
  path: string,
): Promise<{ readonly framedBy: string; readonly calls: string; readonly old: string | null }> {
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  const rules = new Map(
    (headers.get('content-security-policy') ?? '').split(';').map((rule) => {
      const [name = '', ...sources] = rule.split(' ');
      return [name, sources.join(' ')];
    }),
  );
  const old = headers.get('x-frame-options');
  return { framedBy: rules.get('frame-ancestors') ?? '', calls: rules.get('connect-src') ?? '', old };
}

// https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html: an EHR may show an app within its own page.
describe('the pages of apps', () => {
  it('of SMART are framed by the EHRs that are named, and call these', async () => {
    for (const path of ['/apps/risk', '/apps/risk/launch']) {
      expect(await headersOf(path)).toEqual({ framedBy: `'self' ${EHR}`, calls: `'self' ${EHR}`, old: null });
    }
  });

  it('of our own are framed by nobody else', async () => {
    for (const path of ['/apps/login', '/apps/login/risk']) {
      expect(await headersOf(path)).toEqual({ framedBy: "'self'", calls: "'self'", old: 'SAMEORIGIN' });
    }
  });
});
