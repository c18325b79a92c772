/**
 * N21: each shape of search has an index and a cost that was agreed, in pages touched, which are the same on every
 * machine. The times of the same shapes stand in `infra/bench/RESULTS.md`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';
import { chart, staff } from '../bench/charts.ts';
import { importTasks, type Known, type Request } from '../bench/workloads.ts';
import { breach, CONTRACTS } from './costs/contracts.ts';
import { type SearchCost, searchCost } from './costs/search-cost.ts';
import { type Shape, shapesOf } from './costs/shapes.ts';
import { type StatementWatch, watchStatements } from './costs/watch-statements.ts';

const CHARTS = 40;
const SEED = 42;

let server: TestServer;
let clinic: TestClinic;
let watch: StatementWatch;
let shapes: Shape[];

beforeAll(async () => {
  server = await startTestServer({}, (database) => {
    watch = watchStatements(database);
    return watch.database;
  });
  clinic = await server.clinic();
  const bundles = Array.from({ length: CHARTS }, (_, number) => chart(number, SEED));
  const known: Known = { patients: [], practitioners: [] };
  for (const task of importTasks([staff(), ...bundles], known)) {
    await task(send);
  }
  await server.database.query({ text: 'ANALYZE', values: [] });
  shapes = shapesOf(bundles, known);
});
afterAll(() => server.close());

async function send({ method, path, body }: Request): Promise<unknown> {
  const answer = await clinic.request<unknown>(method, path, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

/** The dearest of the searches of a shape, each asked twice: the first may also learn how many rows a criterion has. */
async function costOf({ paths }: Shape): Promise<SearchCost> {
  const costs: SearchCost[] = [];
  for (const path of paths) {
    await send({ method: 'GET', path });
    const statements = await watch.during(() => send({ method: 'GET', path }));
    costs.push(await searchCost(server.database.forTenant(clinic.tenant), statements));
  }
  return costs.reduce((most, cost) => (cost.pages > most.pages ? cost : most));
}

async function breaches(some: readonly Shape[]): Promise<string[]> {
  const found: string[] = [];
  for (const shape of some) {
    found.push(...[breach(shape.name, await costOf(shape))].filter((text) => text !== undefined));
  }
  return found;
}

describe('N21: what each shape of search costs', () => {
  it('is what was agreed, by an index', async () => {
    expect(shapes.map(({ name }) => name).sort()).toEqual(Object.keys(CONTRACTS).sort());
    expect(await breaches(shapes)).toEqual([]);
  });

  it('turns red when an index is gone', async () => {
    await server.database.query({ text: 'DROP INDEX index_token_walk', values: [] });
    const served = ['token', 'total', 'counted only'];
    const found = await breaches(shapes.filter(({ name }) => served.includes(name)));
    expect(found.map((text) => text.replace(/:.*/, '')).sort()).toEqual(served.sort());
  });
});
