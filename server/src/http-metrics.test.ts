import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
});
afterAll(() => server.close());

it('the metrics of requests carry the pattern of the route, and nothing of the request', async () => {
  const get = { request: { method: 'GET', url: 'Patient/in-a-bundle' } };
  await clinic.request('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [get] });
  for (const path of [
    'Patient/secret',
    'Patient/secret/$everything',
    'Patient/secret/$made-up',
    'Patient?name=secret',
    'a/b/c/d/e',
  ]) {
    await clinic.request('GET', path);
  }
  const text = await (await fetch(`${server.baseUrl}/metrics`)).text();
  const routes = new Set(
    [...text.matchAll(/http_requests_total\{method="(\w+)",route="([^"]*)"/g)].map(([, ...found]) => found.join(' ')),
  );
  const expected = ['/:type/:id', '/:type/:id/$everything', '/:type/:id/$:operation', '/:type', ''].map(
    (path) => `GET /fhir/R4${path}`,
  );
  expect([...routes]).toEqual(expect.arrayContaining([...expected, 'POST /fhir/R4/']));
  expect(text).not.toContain('secret');
  expect(text).not.toContain('made-up');
});
