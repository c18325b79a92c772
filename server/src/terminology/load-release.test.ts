// Loaded releases of large code systems, in a real PostgreSQL.
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ValueSet } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { loadDefinitions } from '../definitions/index.ts';
import {
  createConceptStore,
  createTerminology,
  ICD10CM,
  LOINC,
  loadRelease,
  type ReleasedConcept,
  type ReleaseFacts,
  type ResourceReader,
  readIcd10cm,
  readLoinc,
  readRxNorm,
  readSnomed,
  SNOMED,
  type Terminology,
} from './index.ts';

const list = async (concepts: AsyncIterable<ReleasedConcept>): Promise<ReleasedConcept[]> => {
  const all: ReleasedConcept[] = [];
  for await (const concept of concepts) {
    all.push(concept);
  }
  return all;
};

describe('release files', () => {
  test('ICD-10-CM: the order file gives the long descriptions of what may be billed', async () => {
    const line = (number: number, code: string, flag: 0 | 1, short: string, long: string): string =>
      `${String(number).padStart(5, '0')} ${code.padEnd(7)} ${flag} ${short.padEnd(60)} ${long}`;
    const lines = [
      line(1, 'A00', 0, 'Cholera', 'Cholera'),
      line(2, 'A000', 1, 'Cholera due to Vib', 'Cholera due to Vibrio cholerae 01'),
      line(3, 'S52521A', 1, 'Torus fx lower end', 'Torus fracture of lower end of right radius'),
    ];
    expect((await list(readIcd10cm(lines))).map(({ code, display }) => [code, display])).toEqual([
      ['A00.0', 'Cholera due to Vibrio cholerae 01'],
      ['S52.521A', 'Torus fracture of lower end of right radius'],
    ]);
  });

  test('ICD-10-CM: code with dot and description; other lines are passed over', async () => {
    expect(
      await list(readIcd10cm(['A000    Cholera due to Vibrio', 'I10     Essential (primary) hypertension', '', '# x'])),
    ).toEqual([
      { code: 'A00.0', display: 'Cholera due to Vibrio', parents: ['A00'] },
      { code: 'I10', display: 'Essential (primary) hypertension', parents: [] },
    ]);
  });

  test('LOINC: columns by name, quotes and line ends inside fields', async () => {
    const lines = [
      '"LOINC_NUM","COMPONENT","STATUS","LONG_COMMON_NAME"',
      '"1-8","Acyclovir","ACTIVE","Acyclovir ""x"", 1"',
      '"2-6","a',
      'b","DEPRECATED",""',
    ];
    expect(await list(readLoinc(lines))).toEqual([
      { code: '1-8', display: 'Acyclovir "x", 1', active: true },
      { code: '2-6', display: 'a\nb', active: false },
    ]);
  });

  test('SNOMED CT: names without tag, is-a parents, inactive concepts', async () => {
    const files = {
      concepts: ['id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId', '1\t2020\t1\tm\td', '2\t2020\t0\tm\td'],
      descriptions: [
        'heading',
        '9\t2020\t1\tm\t1\ten\t900000000000003001\tAsthma (disorder)\tc',
        '8\t2020\t1\tm\t1\ten\t900000000000013009\tWheezing\tc',
      ],
      relationships: [
        'heading',
        '7\t2020\t1\tm\t1\t2\t0\t116680003\tc\tm',
        '6\t2020\t0\tm\t1\t3\t0\t116680003\tc\tm',
        '5\t2020\t1\tm\t1\t4\t0\t363698007\tc\tm',
      ],
    };
    expect(await list(readSnomed(files))).toEqual([
      { code: '1', display: 'Asthma', active: true, parents: ['2'] },
      { code: '2', display: '2', active: false, parents: [] },
    ]);
  });

  test('RxNorm: its own names only, one for each RXCUI', async () => {
    const row = (cui: string, sab: string, tty: string, name: string, suppress: string): string =>
      [cui, 'ENG', '', '', '', '', '', '1', '', '', '', sab, tty, '1', name, '', suppress, '', ''].join('|');
    const lines = [
      row('1', 'MTHSPL', 'SU', 'X', 'N'),
      row('1', 'RXNORM', 'SY', 'asa', 'N'),
      row('1', 'RXNORM', 'IN', 'aspirin', 'N'),
      row('2', 'RXNORM', 'IN', 'old', 'O'),
    ];
    expect(await list(readRxNorm(lines))).toEqual([
      { code: '1', display: 'aspirin', active: true },
      { code: '2', display: 'old', active: false },
    ]);
  });
});

describe('loaded releases', () => {
  let test_: TestDatabase;
  let terminology: Terminology;
  let now = new Date('2026-01-15T12:00:00Z');
  const readerOf = (tenant: number): ResourceReader => ({
    context: { tenant },
    readResource: () => Promise.reject(new Error('no resources')),
    searchResources: async () => [],
  });
  const clinic = readerOf(7);
  const facts = (more: Partial<ReleaseFacts>): ReleaseFacts => ({
    tenant: 1,
    system: ICD10CM,
    version: '2026',
    title: 'ICD-10-CM',
    ...more,
  });
  const load = (more: Partial<ReleaseFacts>, concepts: ReleasedConcept[]): Promise<number> =>
    loadRelease(test_.database, facts(more), concepts);
  const codes = (set: ValueSet): (string | undefined)[] => set.expansion?.contains?.map((c) => c.code) ?? [];

  beforeAll(async () => {
    test_ = await createTestDatabase();
    const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
    terminology = createTerminology(definitions, () => now, createConceptStore(test_.database));
    await load({ version: '2025', validFrom: '2024-10-01', validTo: '2025-09-30' }, [
      { code: 'G35', display: 'Multiple sclerosis' },
    ]);
    await load({ version: '2026', validFrom: '2025-10-01', validTo: '2026-09-30' }, [
      { code: 'G35.A', display: 'Relapsing-remitting multiple sclerosis' },
      { code: 'G35.D', display: 'Multiple sclerosis, unspecified' },
      { code: 'I10', display: 'Essential (primary) hypertension' },
    ]);
    await load({ tenant: 7, system: SNOMED, version: '20260101', title: 'SNOMED CT' }, [
      { code: '1', display: 'Disease' },
      { code: '2', display: 'Lung disease', parents: ['1'] },
      { code: '3', display: 'Asthma', parents: ['2', '1'] },
      { code: '4', display: 'Old asthma', parents: ['2'], active: false },
      { code: '9', display: 'Procedure' },
    ]);
  });
  afterAll(() => test_.close());

  test('the release that is valid on the day decides', async () => {
    expect((await terminology.validateInSystem({ system: ICD10CM, code: 'G35' }, clinic)).result).toBe(false);
    expect(await terminology.validateInSystem({ system: ICD10CM, code: 'G35.D' }, clinic)).toMatchObject({
      result: true,
      display: 'Multiple sclerosis, unspecified',
    });
    now = new Date('2025-03-01T00:00:00Z');
    expect((await terminology.validateInSystem({ system: ICD10CM, code: 'G35' }, clinic)).result).toBe(true);
    now = new Date('2026-01-15T12:00:00Z');
  });

  test('a whole system expands by words and by code, in pages', async () => {
    expect(codes(await terminology.expand(ICD10CM, { filter: 'mult scler' }, clinic))).toEqual(['G35.A', 'G35.D']);
    expect(codes(await terminology.expand(ICD10CM, { filter: 'g35.d' }, clinic))).toEqual(['G35.D']);
    expect(codes(await terminology.expand(ICD10CM, { filter: "') | & ! :*" }, clinic))).toEqual([]);
    const page = await terminology.expand(ICD10CM, { count: 1, offset: 1 }, clinic);
    expect(codes(page)).toEqual(['G35.D']);
    expect(page.expansion).toMatchObject({ total: 3, offset: 1 });
    expect(page.expansion?.parameter).toBeUndefined();
  });

  test('a value set under a code holds its descendants', async () => {
    const lungs: ValueSet = {
      resourceType: 'ValueSet',
      status: 'active',
      compose: {
        include: [
          { system: SNOMED, filter: [{ property: 'concept', op: 'is-a', value: '2' }] },
          { system: 'urn:own', concept: [{ code: 'x', display: 'X' }] },
        ],
      },
    };
    expect(codes(await terminology.expand(lungs, {}, clinic))).toEqual(['x', '2', '3', '4']);
    expect(codes(await terminology.expand(lungs, { activeOnly: true, filter: 'asthma' }, clinic))).toEqual(['3']);
    expect((await terminology.validateInValueSet(lungs, { system: SNOMED, code: '3' }, clinic)).result).toBe(true);
    expect((await terminology.validateInValueSet(lungs, { system: SNOMED, code: '9' }, clinic)).result).toBe(false);
  });

  test('gives all codes of a value set, and codes above and below, for search', async () => {
    expect(await terminology.related('above', SNOMED, '3', clinic)).toEqual(['1', '2']);
    expect(await terminology.related('below', SNOMED, '1', clinic)).toEqual(['2', '3', '4']);
    expect(await terminology.related('below', SNOMED, 'none', clinic)).toBeUndefined();
    const actClass = 'http://terminology.hl7.org/CodeSystem/v3-ActClass';
    expect(await terminology.related('above', actClass, 'OBS', clinic)).toContain('ACT');
    expect(await terminology.related('below', actClass, 'ACT', clinic)).toContain('OBS');
    const gender = await terminology.codes('http://hl7.org/fhir/ValueSet/administrative-gender', clinic);
    expect(gender?.map((c) => c.code)).toEqual(['male', 'female', 'other', 'unknown']);
    expect(await terminology.codes('urn:none', clinic)).toBeUndefined();
    expect(await terminology.codes('http://hl7.org/fhir/ValueSet/observation-codes', clinic)).toBeUndefined();
  });

  test('looks up and subsumes', async () => {
    expect(await terminology.lookup({ system: SNOMED, code: '2' }, clinic)).toMatchObject({
      name: 'SNOMED CT',
      display: 'Lung disease',
    });
    expect(await terminology.subsumes(SNOMED, '1', '3', clinic)).toBe('subsumes');
    expect(await terminology.subsumes(SNOMED, '3', '1', clinic)).toBe('subsumed-by');
    expect(await terminology.subsumes(SNOMED, '3', '9', clinic)).toBe('not-subsumed');
    await expect(terminology.subsumes(SNOMED, '3', 'none', clinic)).rejects.toMatchObject({ status: 404 });
  });

  test('a licensed release is seen by its clinic only', async () => {
    expect(await terminology.validateInSystem({ system: SNOMED, code: '1' }, readerOf(8))).toMatchObject({
      result: false,
      unknown: true,
    });
  });

  test('loading a version again replaces it, and an interrupted load leaves nothing to be seen', async () => {
    const failing = async function* (): AsyncGenerator<ReleasedConcept> {
      yield { code: '1-8', display: 'One' };
      throw new Error('file ends early');
    };
    const loinc = facts({ system: LOINC, version: '2.80', title: 'LOINC' });
    await expect(loadRelease(test_.database, loinc, failing())).rejects.toThrow('file ends early');
    expect((await terminology.validateInSystem({ system: LOINC, code: '1-8' }, clinic)).unknown).toBe(true);
    expect(
      await loadRelease(test_.database, loinc, [
        { code: '1-8', display: 'One' },
        { code: '1-8', display: 'Twice' },
      ]),
    ).toBe(1);
    expect(await loadRelease(test_.database, loinc, [{ code: '2-6', display: 'Two' }])).toBe(1);
    expect((await terminology.validateInSystem({ system: LOINC, code: '1-8' }, clinic)).result).toBe(false);
    expect((await terminology.validateInSystem({ system: LOINC, code: '2-6' }, clinic)).result).toBe(true);
  });

  const file = join(process.env.TEST_DATA ?? '', 'icd10cm-fy2026', 'icd10cm-codes-2026.txt.gz');
  test.skipIf(!existsSync(file))(
    'the whole ICD-10-CM file of a year loads, with progress',
    async () => {
      const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
      const progress: number[] = [];
      const loaded = await loadRelease(
        test_.database,
        facts({ version: '2026', validFrom: '2025-10-01' }),
        readIcd10cm(lines),
        (n) => progress.push(n),
      );
      expect(loaded).toBe(74_719);
      expect(progress.length).toBeGreaterThan(10);
      expect((await terminology.validateInSystem({ system: ICD10CM, code: 'G35' }, clinic)).result).toBe(false);
      expect(
        codes(await terminology.expand(ICD10CM, { filter: 'major depress recurrent severe', count: 5 }, clinic)).length,
      ).toBeGreaterThan(0);
      const filter = [{ property: 'concept', op: 'is-a' as const, value: 'F33' }];
      const compose = { include: [{ system: ICD10CM, filter }] };
      const under = await terminology.expand({ resourceType: 'ValueSet', status: 'active', compose }, {}, clinic);
      expect(codes(under)).toEqual(expect.arrayContaining(['F33.0', 'F33.40', 'F33.9']));
      expect(codes(under).filter((code) => !code?.startsWith('F33'))).toEqual([]);
      expect(await terminology.subsumes(ICD10CM, 'F33', 'F33.41', clinic)).toBe('subsumes');
      expect(await terminology.subsumes(ICD10CM, 'F33.41', 'F33.4', clinic)).toBe('subsumed-by');
      expect(await terminology.subsumes(ICD10CM, 'F32', 'F33.41', clinic)).toBe('not-subsumed');
    },
    300_000,
  );
});
