// The query of MedplumClient.requestSchema: https://www.medplum.com/docs/sdk/core.medplumclient.requestschema
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getDataType, getSearchParameters, MedplumClient } from '@medplum/core';
import type { StructureDefinition } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { baseDefinitionResources, createSchemaQuery, loadDefinitions } from './index.ts';

const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const schemaQuery = createSchemaQuery(definitions);

describe('createSchemaQuery', () => {
  test('answers an unchanged MedplumClient, which then knows the type and its search parameters', async () => {
    const bodies: string[] = [];
    const client = new MedplumClient({
      baseUrl: 'https://example.org/',
      fetch: async (_url: string, options: { body: string }) => {
        const text = schemaQuery(JSON.parse(options.body)) ?? '{"errors":[]}';
        bodies.push(text);
        return new Response(text, { status: 200, headers: { 'content-type': 'application/json' } });
      },
    });
    await client.requestSchema('Goal');
    expect(bodies).toHaveLength(1);
    expect(getDataType('Goal').elements.lifecycleStatus).toMatchObject({ min: 1, max: 1 });
    expect(Object.keys(getSearchParameters('Goal') ?? {})).toEqual(
      expect.arrayContaining(['patient', 'lifecycle-status']),
    );
  });

  test('knows resources of the platform, answers empty lists for unknown names, and nothing to other queries', () => {
    const query = (name: string): unknown => ({ query: queryFor(name) });
    expect(schemaQuery(query('Bot'))).toContain('Bot.runtimeVersion');
    expect(JSON.parse(schemaQuery(query('Nonsense')) ?? '')).toEqual({
      data: { StructureDefinitionList: [], SearchParameterList: [] },
    });
    for (const body of [
      undefined,
      null,
      'x',
      {},
      { query: 1 },
      { query: '{ PatientList { id } }' },
      query('A" or "B'),
    ]) {
      expect(schemaQuery(body)).toBeUndefined();
    }
  });

  test('gives the same text again, also after others pushed it out', () => {
    const first = schemaQuery({ query: queryFor('Patient') });
    for (const name of definitions.resourceTypes().slice(0, 40)) {
      schemaQuery({ query: queryFor(name) });
    }
    expect(schemaQuery({ query: queryFor('Patient') })).toBe(first);
  });
});

function queryFor(name: string): string {
  return `{
    StructureDefinitionList(_filter: "name eq ${name}") { resourceType, name, kind, description, type, url,
      snapshot { element { id, path, definition, min, max, base { path, min, max }, contentReference,
        type { code, profile, targetProfile }, binding { strength, valueSet } } } }
    SearchParameterList(base: "${name}", _count: 100) { base, code, type, expression, target } }`;
}

describe('baseDefinitionResources', () => {
  test('gives each definition a legal id of its own, and no narrative', () => {
    const seen = new Set<string>();
    const counts = new Map<string, number>();
    for (const resource of baseDefinitionResources(definitions)) {
      const reference = `${resource.resourceType}/${resource.id}`;
      expect(resource.id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
      expect(seen.has(reference), reference).toBe(false);
      expect('text' in resource).toBe(false);
      seen.add(reference);
      counts.set(resource.resourceType, (counts.get(resource.resourceType) ?? 0) + 1);
    }
    expect(seen.has('StructureDefinition/Patient')).toBe(true);
    expect(seen.has('StructureDefinition/Project')).toBe(true);
    expect(seen.has('SearchParameter/Patient-birthdate') || seen.has('SearchParameter/individual-birthdate')).toBe(
      true,
    );
    expect(counts.get('ValueSet')).toBeGreaterThan(1200);
    const observation = [...definitions.resources('StructureDefinition')].find(
      (r) => r.id === 'Observation',
    ) as StructureDefinition;
    expect(observation.snapshot?.element.length).toBeGreaterThan(40);
  });
});
