// Terminology service: https://hl7.org/fhir/R4/terminology-service.html
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeSystem, ConceptMap, Parameters, ParametersParameter, Resource, ValueSet } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { loadDefinitions } from '../definitions/index.ts';
import { createTerminology, type ResourceReader, terminologyOperations } from './index.ts';

const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const operations = terminologyOperations(createTerminology(definitions, () => new Date('2026-01-01T00:00:00Z')));

const plants: CodeSystem = {
  resourceType: 'CodeSystem',
  id: 'plants',
  url: 'https://example.org/plants',
  status: 'active',
  content: 'complete',
  concept: [
    {
      code: 'tree',
      display: 'Tree',
      concept: [
        { code: 'oak', display: 'Oak tree' },
        { code: 'elm', display: 'Élm tree', property: [{ code: 'inactive', valueBoolean: true }] },
      ],
    },
    { code: 'moss', display: 'Moss', designation: [{ language: 'de', value: 'Moos' }] },
  ],
};
const trees: ValueSet = {
  resourceType: 'ValueSet',
  id: 'trees',
  url: 'https://example.org/trees',
  status: 'active',
  compose: { include: [{ system: plants.url, filter: [{ property: 'concept', op: 'is-a', value: 'tree' }] }] },
};
const map: ConceptMap = {
  resourceType: 'ConceptMap',
  id: 'map',
  url: 'https://example.org/map',
  status: 'active',
  group: [
    {
      source: plants.url,
      target: 'urn:wood',
      element: [{ code: 'oak', target: [{ code: 'hard', equivalence: 'wider' }] }],
    },
  ],
};
const tenant: Resource[] = [plants, trees, map];
const repository: ResourceReader = {
  readResource: async (type, id) => tenant.find((r) => r.resourceType === type && r.id === id) as Resource,
  searchResources: async (request) =>
    tenant.filter(
      (r) =>
        r.resourceType === request.resourceType &&
        (!request.filters || ('url' in r && r.url === request.filters[0]?.value)),
    ),
};

async function call(
  type: string,
  name: string,
  query: Record<string, string>,
  body?: unknown,
  id?: string,
): Promise<Resource> {
  const operation = operations.find(
    (o) => o.name === name && o.types.includes(type) && (o.level === 'instance') === (id !== undefined),
  );
  const answer = await operation?.handle({
    repository,
    method: body ? 'POST' : 'GET',
    resourceType: type,
    ...(id && { id }),
    query: new URLSearchParams(query),
    body,
  });
  return answer?.resource as Resource;
}
const expand = async (query: Record<string, string>, body?: unknown, id?: string): Promise<ValueSet> =>
  (await call('ValueSet', '$expand', query, body, id)) as ValueSet;
const codes = (valueSet: ValueSet): (string | undefined)[] => valueSet.expansion?.contains?.map((c) => c.code) ?? [];
const values = (resource: Resource): Record<string, unknown> =>
  Object.fromEntries(
    ((resource as Parameters).parameter ?? []).map((p: ParametersParameter) => [
      p.name,
      Object.entries(p).find(([k]) => k.startsWith('value'))?.[1],
    ]),
  );

describe('ValueSet/$expand', () => {
  test('expands a base value set by URL, with filter, count and offset', async () => {
    const url = 'http://hl7.org/fhir/ValueSet/administrative-gender';
    expect(codes(await expand({ url }))).toEqual(['male', 'female', 'other', 'unknown']);
    expect(codes(await expand({ url: `${url}|4.0.1`, filter: 'MALE' }))).toEqual(['male', 'female']);
    const page = await expand({ url, count: '2', offset: '1' });
    expect(codes(page)).toEqual(['female', 'other']);
    expect(page.expansion).toMatchObject({ total: 4, offset: 1, timestamp: '2026-01-01T00:00:00.000Z' });
    expect((await expand({ url, count: '0' })).expansion).toMatchObject({ total: 4, contains: [] });
  });

  test('expands a value set of the tenant, a given one, one by id, and a whole code system', async () => {
    expect(codes(await expand({ url: 'https://example.org/trees' }))).toEqual(['tree', 'oak', 'elm']);
    expect(
      codes(await expand({}, { resourceType: 'Parameters', parameter: [{ name: 'valueSet', resource: trees }] })),
    ).toEqual(['tree', 'oak', 'elm']);
    expect(codes(await expand({}, undefined, 'trees'))).toEqual(['tree', 'oak', 'elm']);
    expect(codes(await expand({ url: 'https://example.org/plants' }))).toEqual(['tree', 'oak', 'elm', 'moss']);
    expect(codes(await expand({ url: 'https://example.org/trees', activeOnly: 'true' }))).toEqual(['tree', 'oak']);
  });

  test('finds words without accents and puts what starts with them first', async () => {
    expect(codes(await expand({ url: 'https://example.org/plants', filter: 'elm' }))).toEqual(['elm']);
    expect(codes(await expand({ url: 'https://example.org/plants', filter: 'tree' }))).toEqual(['tree', 'oak', 'elm']);
    expect(codes(await expand({ url: 'https://example.org/plants', filter: 'tree oak' }))).toEqual(['oak']);
  });

  test('refuses a version that is not there, and a parameter that it does not take', async () => {
    const url = 'http://hl7.org/fhir/ValueSet/administrative-gender';
    await expect(expand({ url: `${url}|9.9` })).rejects.toMatchObject({ status: 404 });
    await expect(expand({ url, valueSetVersion: '9.9' })).rejects.toMatchObject({ status: 404 });
    await expect(expand({ url, bogus: '1' })).rejects.toMatchObject({ status: 400 });
    const lookup = { system: 'http://hl7.org/fhir/administrative-gender', code: 'male' };
    await expect(call('CodeSystem', '$lookup', { ...lookup, version: '9.9' })).rejects.toMatchObject({ status: 404 });
    expect(values(await call('CodeSystem', '$lookup', { ...lookup, version: '4.0.1' })).display).toBe('Male');
  });

  test('shows codes in a language', async () => {
    const german = await expand({ url: 'https://example.org/plants', displayLanguage: 'de' });
    expect(german.expansion?.contains?.map((c) => c.display)).toEqual(['Tree', 'Oak tree', 'Élm tree', 'Moos']);
  });

  test('leaves out codes that only group others, and adds the definition', async () => {
    const given = { url: 'http://terminology.hl7.org/ValueSet/v3-ActMood' };
    const all = codes(await expand(given));
    const selectable = await expand({ ...given, excludeNotForUI: 'true', includeDefinition: 'true' });
    expect(codes(selectable).length).toBeLessThan(all.length);
    expect(selectable.compose).toBeDefined();
  });

  test('nests children when asked', async () => {
    const nested = await expand({ url: 'https://example.org/plants', excludeNested: 'false' });
    expect(codes(nested)).toEqual(['tree', 'moss']);
    expect(nested.expansion?.contains?.[0]?.contains?.map((c) => c.code)).toEqual(['oak', 'elm']);
  });

  test('says what is not loaded instead of passing a part for the whole', async () => {
    const limited = await expand({ url: 'http://hl7.org/fhir/ValueSet/condition-code' });
    expect(limited.expansion?.parameter?.[0]).toEqual({ name: 'limitedExpansion', valueBoolean: true });
  });

  test.each([
    [{}, 400],
    [{ url: 'urn:nope' }, 404],
    [{ url: 'x', count: '-1' }, 400],
    [{ url: 'x', count: 'a' }, 400],
  ])('refuses %j', async (query, status) => {
    await expect(expand(query as Record<string, string>)).rejects.toMatchObject({ status });
  });
});

describe('$validate-code', () => {
  const verdict = async (
    type: string,
    query: Record<string, string>,
    body?: unknown,
  ): Promise<Record<string, unknown>> => values(await call(type, '$validate-code', query, body));

  test('knows codes of value sets and of code systems', async () => {
    const url = 'http://hl7.org/fhir/ValueSet/administrative-gender';
    expect(await verdict('ValueSet', { url, code: 'male' })).toMatchObject({ result: true, display: 'Male' });
    expect(await verdict('ValueSet', { url, code: 'bogus' })).toMatchObject({ result: false });
    expect(await verdict('ValueSet', { url, code: 'male', system: 'urn:x' })).toMatchObject({ result: false });
    expect(await verdict('ValueSet', { url, code: 'male', display: 'Man' })).toMatchObject({
      result: false,
      display: 'Male',
    });
    expect(await verdict('CodeSystem', { url: 'https://example.org/plants', code: 'oak' })).toMatchObject({
      result: true,
    });
    expect(await verdict('CodeSystem', { url: 'https://example.org/plants', code: 'iron' })).toMatchObject({
      result: false,
    });
  });

  test('one good coding makes a concept good', async () => {
    const body = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'url', valueUri: 'https://example.org/trees' },
        {
          name: 'codeableConcept',
          valueCodeableConcept: {
            coding: [
              { system: 'urn:x', code: 'y' },
              { system: plants.url, code: 'oak' },
            ],
          },
        },
      ],
    };
    expect(await verdict('ValueSet', {}, body)).toMatchObject({ result: true, code: 'oak' });
  });

  test('judges grammars by form, and says when a system is not loaded', async () => {
    expect(await verdict('CodeSystem', { url: 'http://unitsofmeasure.org', code: 'mg/dL' })).toMatchObject({
      result: true,
    });
    expect(await verdict('CodeSystem', { url: 'http://unitsofmeasure.org', code: 'lbs' })).toMatchObject({
      result: false,
    });
    expect((await verdict('CodeSystem', { url: 'http://loinc.org', code: '1-8' })).message).toContain('not loaded');
  });
});

describe('$lookup, $subsumes, $translate', () => {
  test('looks up a code with parent, children and definition', async () => {
    const answer = (await call('CodeSystem', '$lookup', {
      system: 'https://example.org/plants',
      code: 'tree',
    })) as Parameters;
    expect(values(answer)).toMatchObject({ display: 'Tree' });
    expect(JSON.stringify(answer)).toContain('"valueCode":"oak"');
    expect(
      values(await call('CodeSystem', '$lookup', { system: 'http://hl7.org/fhir/observation-status', code: 'final' })),
    ).toMatchObject({ display: 'Final' });
    await expect(
      call('CodeSystem', '$lookup', { system: 'https://example.org/plants', code: 'x' }),
    ).rejects.toMatchObject({ status: 404 });
    await expect(call('CodeSystem', '$lookup', { code: 'x' })).rejects.toMatchObject({ status: 400 });
  });

  test.each([
    ['tree', 'oak', 'subsumes'],
    ['oak', 'tree', 'subsumed-by'],
    ['oak', 'oak', 'equivalent'],
    ['oak', 'moss', 'not-subsumed'],
  ])('%s and %s: %s', async (codeA, codeB, outcome) => {
    expect(
      values(await call('CodeSystem', '$subsumes', { system: 'https://example.org/plants', codeA, codeB })),
    ).toEqual({ outcome });
  });

  test('translates by a map of the tenant, forward and back, and by base maps', async () => {
    const forward = (await call('ConceptMap', '$translate', {
      url: 'https://example.org/map',
      system: plants.url as string,
      code: 'oak',
    })) as Parameters;
    expect(values(forward).result).toBe(true);
    expect(JSON.stringify(forward)).toContain('"code":"hard"');
    const back = await call('ConceptMap', '$translate', {
      url: 'https://example.org/map',
      system: 'urn:wood',
      code: 'hard',
      reverse: 'true',
    });
    expect(JSON.stringify(back)).toContain('"code":"oak"');
    expect(values(await call('ConceptMap', '$translate', { code: 'oak' }, undefined, 'map')).result).toBe(true);
    expect(
      values(await call('ConceptMap', '$translate', { url: 'https://example.org/map', code: 'none' })),
    ).toMatchObject({ result: false });
    const base = await call('ConceptMap', '$translate', {
      code: 'male',
      system: 'http://hl7.org/fhir/administrative-gender',
      targetsystem: 'http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender',
    });
    expect(JSON.stringify(base)).toContain('"code":"M"');
  });
});

describe('versions of a code system', () => {
  const mints = (version: string, codes: NonNullable<CodeSystem['concept']>): CodeSystem => ({
    resourceType: 'CodeSystem',
    id: `mints-${version}`,
    url: 'https://example.org/mints',
    version,
    status: 'active',
    content: 'complete',
    concept: codes,
  });
  const old = mints('1', [
    {
      code: 'mint',
      designation: [{ language: 'de', value: 'Minze' }],
      concept: [{ code: 'pepper' }, { code: 'apple' }],
    },
  ]);
  const recent = mints('2', [{ code: 'mint' }, { code: 'water' }]);
  const garden: ValueSet = {
    resourceType: 'ValueSet',
    status: 'active',
    compose: {
      include: [{ system: old.url, version: '1' }],
      exclude: [{ system: old.url, version: '1', concept: [{ code: 'apple' }] }],
    },
  };
  const found = (filters: { code: string; value: string }[] = []): Resource[] =>
    [recent, old].filter((system) => filters.every(({ code, value }) => system[code as 'url'] === value));
  const reader: ResourceReader = {
    readResource: async (_type, id) => [old, recent].find((system) => system.id === id) as Resource,
    searchResources: async (request) => (request.resourceType === 'CodeSystem' ? found(request.filters) : []),
  };
  const terminology = createTerminology(definitions);
  const codesOf = async (options: object) =>
    (await terminology.expand(garden, options, reader)).expansion?.contains?.map(({ code, contains, designation }) => [
      code,
      contains?.map((child) => child.code),
      designation?.[0]?.value,
    ]);

  test('a value set takes the version that it names, in its hierarchy, with designations where they are asked for', async () => {
    expect(await codesOf({})).toEqual([
      ['mint', undefined, undefined],
      ['pepper', undefined, undefined],
    ]);
    expect(await codesOf({ nested: true, designations: true })).toEqual([['mint', ['pepper'], 'Minze']]);
  });

  test('what a value set takes out is not in it, though it is a code of the system', async () => {
    const verdict = await terminology.validateInValueSet(garden, { system: old.url, code: 'apple' }, reader);
    expect(verdict).toMatchObject({ result: false, message: expect.stringMatching(/excluded/) });
  });

  test('codes are looked up, judged and compared in the version that is named', async () => {
    const pepper = { system: old.url, code: 'pepper' };
    expect((await terminology.lookup({ ...pepper, version: '1' }, reader)).parent).toBe('mint');
    await expect(terminology.lookup(pepper, reader)).rejects.toThrow();
    expect((await terminology.lookup(pepper, reader, old)).version).toBe('1');
    expect((await terminology.validateInSystem({ ...pepper, version: '1' }, reader)).result).toBe(true);
    expect((await terminology.validateInSystem({ ...pepper, version: '3' }, reader)).unknown).toBe(true);
    expect(await terminology.subsumes(`${old.url}|1`, 'mint', 'pepper', reader)).toBe('subsumes');
  });
});
