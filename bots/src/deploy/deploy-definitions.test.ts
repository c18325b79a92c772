/** What the bots need beside themselves, brought to Medplum's mock. */
import { MockClient } from '@medplum/mock';
import { type ConformanceResource, conformanceResources } from '@mindbridge/fhir-profiles/conformance';
import { beforeAll, expect, it } from 'vitest';
import { indexDefinitions } from '../testing/clinic.ts';
import { deployDefinitions } from './deploy-definitions.ts';
import { deploySeeds, readSeeds } from './deploy-seeds.ts';

beforeAll(indexDefinitions);

const some = conformanceResources().filter(({ id = '' }) => /^(?:risk-band|risk-score|bot-manifest)$/.test(id));
const states = (steps: readonly { state: string }[]): string[] => [...new Set(steps.map(({ state }) => state))];

it('brings definitions, code systems first, and leaves alone what stands there', async () => {
  const medplum = new MockClient({ seedDefaultData: false });
  const steps = await deployDefinitions(medplum, some);
  expect(states(steps)).toEqual(['created']);
  expect(steps[0]?.what).toMatch(/^CodeSystem /);
  expect(states(await deployDefinitions(medplum, some))).toEqual(['unchanged']);
  const changed = some.map((each): ConformanceResource => ({ ...each, description: 'another' }));
  expect(states(await deployDefinitions(medplum, changed))).toEqual(['updated']);
});

it('goes on after what the server refuses, and says why', async () => {
  const medplum = new MockClient({ seedDefaultData: false });
  medplum.createResource = async () => Promise.reject(new Error('not here'));
  const steps = await deployDefinitions(medplum, some);
  expect(steps).toHaveLength(some.length);
  expect(steps[0]).toMatchObject({ state: 'refused', reason: 'not here' });
});

it('brings the roles of a clinic by name', async () => {
  const medplum = new MockClient({ seedDefaultData: false });
  const seeds = await readSeeds(new URL('../../../seed-bundles/base/', import.meta.url));
  expect(seeds.length).toBeGreaterThan(10);
  expect(states(await deploySeeds(medplum, seeds))).toEqual(['created']);
  expect(states(await deploySeeds(medplum, seeds))).toEqual(['unchanged']);
  expect(await medplum.searchResources('AccessPolicy', { name: 'physician' })).toHaveLength(1);
});
