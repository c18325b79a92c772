// https://hl7.org/fhir/R4/resource-operation-validate.html
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, OperationOutcome, Resource, StructureDefinition } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { loadDefinitions } from '../definitions/index.ts';
import { createProfileValidator, createValidator, validateOperations } from './index.ts';

const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const stored: Resource = { resourceType: 'Patient', id: '1', gender: 'male' };
const operations = validateOperations({
  definitions,
  validator: createValidator(definitions),
  profiles: createProfileValidator(definitions),
  sourcesFor: () => ({ loadProfile: async () => undefined, checkCode: async () => ({ result: false, unknown: true }) }),
});

async function call(
  name: string,
  more: { type?: string; id?: string; query?: Record<string, string>; body?: unknown },
): Promise<Resource> {
  const level = more.id ? 'instance' : more.type ? 'type' : 'system';
  const operation = operations.find((o) => o.name === name && o.level === level);
  const answer = await operation?.handle({
    repository: { searchResources: () => Promise.resolve([]), readResource: async () => stored },
    resourceType: more.type,
    id: more.id,
    query: new URLSearchParams(more.query),
    body: more.body,
  });
  return answer?.resource as Resource;
}
const issues = async (more: Parameters<typeof call>[1]): Promise<string[]> =>
  ((await call('$validate', more)) as OperationOutcome).issue.map(
    (i) => `${i.severity} ${i.expression?.[0]} ${i.details?.coding?.[0]?.code}`,
  );
const narrative = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' };

describe('$validate', () => {
  test('answers an outcome for a bare resource and for one in Parameters', async () => {
    const sound = { resourceType: 'Patient', text: narrative };
    const bad = { resourceType: 'Patient', text: narrative, gender: 'x' };
    expect(await issues({ type: 'Patient', body: sound })).toEqual(['information undefined valid']);
    expect(await issues({ type: 'Patient', body: bad })).toEqual(['error Patient.gender code-not-in-value-set']);
    const wrapped = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'mode', valueCode: 'create' },
        { name: 'resource', resource: bad },
      ],
    };
    expect(await issues({ type: 'Patient', body: wrapped })).toEqual(['error Patient.gender code-not-in-value-set']);
    expect(await issues({ body: bad })).toEqual(['error Patient.gender code-not-in-value-set']);
    expect(await issues({ type: 'Patient', body: { resourceType: 'Patient' } })).toEqual([
      'warning Patient invariant-dom-6',
    ]);
  });

  test('refuses what is no resource of the type', async () => {
    expect(await issues({ type: 'Patient', body: { resourceType: 'Observation' } })).toEqual([
      'error Observation.resourceType structure-resource-type',
    ]);
    expect(await issues({ type: 'Patient', body: 'text' })).toEqual([
      'error Resource.resourceType structure-resource-type',
    ]);
  });

  test('checks the stored resource of an instance, and the id of an update', async () => {
    expect(await issues({ type: 'Patient', id: '1' })).toEqual(['warning Patient invariant-dom-6']);
    expect(
      await issues({
        type: 'Patient',
        id: '1',
        query: { mode: 'update' },
        body: { resourceType: 'Patient', id: '2', text: narrative },
      }),
    ).toEqual(['error Patient.id update-id']);
    const nameless = { type: 'Patient', query: { mode: 'update' }, body: { resourceType: 'Patient', text: narrative } };
    expect(await issues(nameless)).toEqual(['error Patient.id update-id']);
    expect(await issues({ type: 'Patient', id: '1', query: { mode: 'delete' }, body: {} })).toEqual([
      'warning Patient invariant-dom-6',
    ]);
  });

  test('checks a profile that is named', async () => {
    const profile = 'http://hl7.org/fhir/StructureDefinition/bodyweight';
    const body = { resourceType: 'Observation', text: narrative, status: 'final', code: { text: 'x' } };
    expect(await issues({ type: 'Observation', query: { profile }, body })).toContain(
      'error Observation.category profile-min',
    );
    await expect(
      issues({ type: 'Observation', query: { profile: 'https://example.org/none' }, body }),
    ).rejects.toMatchObject({ status: 404 });
    await expect(issues({ type: 'Observation', query: { mode: 'x' }, body })).rejects.toMatchObject({ status: 400 });
  });
});

describe('StructureDefinition/$expand-profile', () => {
  test('gives a profile with the profiles inside it', async () => {
    const url = 'http://hl7.org/fhir/StructureDefinition/cholesterol';
    const bundle = (await call('$expand-profile', {
      type: 'StructureDefinition',
      query: { url },
    })) as Bundle<StructureDefinition>;
    expect(bundle.entry?.[0]?.resource?.url).toBe(url);
    await expect(call('$expand-profile', { type: 'StructureDefinition', body: {} })).rejects.toMatchObject({
      status: 400,
    });
    await expect(
      call('$expand-profile', { type: 'StructureDefinition', query: { url: 'urn:none' } }),
    ).rejects.toMatchObject({ status: 404 });
  });
});
