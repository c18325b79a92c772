// Structure and rules: https://hl7.org/fhir/R4/json.html, datatypes.html, references.html, domainresource.html
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDefinitions } from '../definitions/index.ts';
import { createValidator } from './index.ts';

const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const validator = createValidator(definitions);
const found = (resource: unknown): string[] => validator.validate(resource).map((i) => `${i.expression} ${i.key}`);
const patient = (more: object): unknown => ({ resourceType: 'Patient', ...more });
const observation = (more: object): unknown => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...more,
});

describe('structure', () => {
  test('accepts the emptiest valid resources', () => {
    expect(found({ resourceType: 'Patient' })).toEqual([]);
    expect(found(observation({}))).toEqual([]);
  });

  test.each([undefined, null, 1, 'x', [], true])('refuses %j as a resource', (value) => {
    expect(found(value)).toEqual(['Resource structure-wrong-type']);
  });

  test.each([
    {},
    { resourceType: 'Nope' },
    { resourceType: 'DomainResource' },
    { resourceType: 'HumanName' },
    { resourceType: '__proto__' },
    { resourceType: 7 },
  ])('refuses the type of %j', (value) => {
    expect(validator.validate(value)[0]).toMatchObject({ key: 'structure-resource-type', severity: 'error' });
  });

  test.each<[string, unknown, string[]]>([
    ['unknown element', patient({ nme: 1 }), ['Patient.nme structure-unknown-element']],
    [
      'unknown nested element',
      patient({ name: [{ given: ['A'], x: 1 }] }),
      ['Patient.name[0].x structure-unknown-element'],
    ],
    ['choice without type', observation({ value: 1 }), ['Observation.value structure-unknown-element']],
    [
      'choice of a wrong type',
      observation({ valueAddress: {} }),
      ['Observation.valueAddress structure-unknown-element'],
    ],
    [
      'prototype key',
      JSON.parse('{"resourceType":"Patient","__proto__":{"a":1}}'),
      ['Patient.__proto__ structure-unknown-element'],
    ],
    ['inherited name', patient({ constructor: 1 }), ['Patient.constructor structure-unknown-element']],
    ['object for array', patient({ name: { family: 'x' } }), ['Patient.name structure-array']],
    ['array for single', patient({ gender: ['male'] }), ['Patient.gender structure-not-array']],
    ['string for object', patient({ maritalStatus: 'S' }), ['Patient.maritalStatus structure-wrong-type']],
    ['number for string', patient({ name: [{ family: 1 }] }), ['Patient.name[0].family structure-wrong-type']],
    ['string for boolean', patient({ active: 'true' }), ['Patient.active primitive-format']],
    ['empty object', patient({ maritalStatus: {} }), ['Patient.maritalStatus invariant-ele-1']],
    ['element with only an id', patient({ maritalStatus: { id: 'a' } }), ['Patient.maritalStatus invariant-ele-1']],
    ['empty array', patient({ name: [] }), ['Patient.name structure-empty']],
    ['empty string', patient({ name: [{ family: '' }] }), ['Patient.name[0].family primitive-format']],
    ['null', patient({ gender: null }), ['Patient.gender structure-null']],
    ['null in an array of objects', patient({ name: [null] }), ['Patient.name[0] structure-null']],
    ['null without sibling', patient({ name: [{ given: [null] }] }), ['Patient.name[0].given[0] structure-null']],
    ['two choices', observation({ valueString: 'a', valueInteger: 1 }), ['Observation.value structure-choice']],
    [
      'a choice and the sibling of another',
      observation({ valueString: 'a', _valueInteger: { extension: [{ url: 'urn:x', valueCode: 'y' }] } }),
      ['Observation.value structure-choice'],
    ],
    [
      'missing required',
      { resourceType: 'Observation', code: { text: 'x' } },
      ['Observation.status structure-missing'],
    ],
    [
      'missing choice',
      { resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: 'Patient/1' } },
      ['MedicationRequest.medication structure-missing'],
    ],
    ['missing in backbone', patient({ link: [{ type: 'refer' }] }), ['Patient.link[0].other structure-missing']],
    ['NUL', patient({ name: [{ family: 'a\u0000' }] }), ['Patient.name[0].family primitive-format']],
    ['lone surrogate', patient({ name: [{ family: 'a\ud800' }] }), ['Patient.name[0].family primitive-format']],
  ])('refuses %s', (_, resource, issues) => {
    expect(found(resource)).toEqual(issues);
  });

  test('allows siblings of primitives, nulls beside them, and a required element that has only extensions', () => {
    const extension = [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }];
    expect(found(patient({ _birthDate: { extension } }))).toEqual([]);
    expect(found(patient({ name: [{ given: ['A', null], _given: [null, { extension }] }] }))).toEqual([]);
    expect(found({ resourceType: 'Observation', _status: { extension }, code: { text: 'x' } })).toEqual([]);
    expect(found(patient({ _birthDate: { id: 'only' } }))).toEqual(['Patient.birthDate invariant-ele-1']);
    expect(found(patient({ _birthDate: 'x' }))).toEqual(['Patient.birthDate structure-wrong-type']);
    expect(found(patient({ _name: {} }))).toEqual(['Patient._name structure-unknown-element']);
  });

  test('names no more issues than the limit, and stops at the depth limit', () => {
    const many = createValidator(definitions, { maxIssues: 3 });
    expect(many.validate(patient({ a: 1, b: 1, c: 1, d: 1 }))).toHaveLength(3);
    let deep: object = { url: 'urn:x', valueCode: 'x' };
    for (let i = 0; i < 10_000; i++) {
      deep = { url: 'urn:x', extension: [deep] };
    }
    expect(validator.validate(patient({ extension: [deep] }))[0]).toMatchObject({ key: 'structure-too-deep' });
  });

  test('never repeats a value in the text of an issue', () => {
    const secret = 'Smith-Secret';
    const issues = validator.validate(
      patient({ gender: secret, birthDate: secret, managingOrganization: { reference: secret }, [`${secret} !`]: 1 }),
    );
    expect(issues.length).toBe(4);
    expect(JSON.stringify(issues)).not.toContain(secret);
  });
});

describe('primitives', () => {
  const cases: [string, unknown[], unknown[]][] = [
    [
      'birthDate',
      ['2020', '2020-02', '2020-02-29', '1999-12-31'],
      ['2021-02-29', '2020-13', '20', '2020-2-1', '2020-01-01T00:00:00Z', 2020, '0000', '2020-04-31'],
    ],
    [
      'deceasedDateTime',
      ['2020', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00.123+02:00'],
      ['2020-01-01T00:00', '2020-01-01T00:00:00', '2020-01-01T25:00:00Z', '2020-02-30T00:00:00Z'],
    ],
    ['multipleBirthInteger', [1, -5, 0], [1.5, '1', 2147483648, Number.NaN]],
    ['deceasedBoolean', [true, false], ['true', 0, null]],
    ['id', ['a', 'A-1.b'], ['', 'a b', 'x'.repeat(65), 'a/b', 'ä', 1]],
    ['implicitRules', ['urn:x', 'http://example.org/a'], ['a b', '', 'http://x\n']],
    ['language', ['en', 'de-CH'], [' en', 'en ', 'en  us', '']],
  ];
  test.each(cases)('%s', (name, good, bad) => {
    for (const value of good) {
      expect(found(patient({ [name]: value })), String(value)).toEqual([]);
    }
    for (const value of bad) {
      expect(found(patient({ [name]: value })), String(value)).toHaveLength(1);
    }
  });

  test('base64, unsigned and positive integers, times and instants', () => {
    const media = (data: unknown): unknown => ({ resourceType: 'Binary', contentType: 'text/plain', data });
    for (const data of ['AAAA', 'AAA=', 'AA==', 'AAAA\nAAAA']) expect(found(media(data)), data).toEqual([]);
    for (const data of ['AAA', '!', '', 'A===', 1]) expect(found(media(data)), String(data)).toHaveLength(1);
    const telecom = (rank: unknown): unknown => patient({ telecom: [{ system: 'phone', value: '1', rank }] });
    expect(found(telecom(1))).toEqual([]);
    expect(found(telecom(0))).toEqual(['Patient.telecom[0].rank primitive-format']);
    expect(found(observation({ valueTime: '12:00:00' }))).toEqual([]);
    expect(found(observation({ valueTime: '12:00' }))).toHaveLength(1);
    expect(found(observation({ issued: '2020-01-01T00:00:00Z' }))).toEqual([]);
    expect(found(observation({ issued: '2020-01-01' }))).toHaveLength(1);
  });

  test('a long run of spaces costs no more than its length', () => {
    const long = `AAAA${' '.repeat(500_000)}!`;
    expect(found({ resourceType: 'Binary', contentType: 'text/plain', data: long })).toHaveLength(1);
  });
});

describe('codes', () => {
  test('refuses a code that a required binding does not know, for code, Coding and CodeableConcept', () => {
    expect(found(patient({ gender: 'bogus' }))).toEqual(['Patient.gender code-not-in-value-set']);
    expect(validator.validate(patient({ gender: 'bogus' }))[0]?.text).toContain('male, female, other, unknown');
    const allergy = (
      code: string,
      system = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
    ): unknown => ({
      resourceType: 'AllergyIntolerance',
      patient: { reference: 'Patient/1' },
      clinicalStatus: { coding: [{ system, code }] },
    });
    expect(found(allergy('active'))).toEqual([]);
    expect(found(allergy('bogus'))).toEqual(['AllergyIntolerance.clinicalStatus code-not-in-value-set']);
    expect(found(allergy('active', 'urn:other'))).toHaveLength(1);
  });

  test('knows resource types and MIME types', () => {
    const questionnaire = (subjectType: string): unknown => ({
      resourceType: 'Questionnaire',
      status: 'draft',
      subjectType: [subjectType],
    });
    expect(found(questionnaire('Patient'))).toEqual([]);
    expect(found(questionnaire('Patience'))).toEqual(['Questionnaire.subjectType[0] code-not-in-value-set']);
    expect(found({ resourceType: 'Binary', contentType: 'application/fhir+json; charset=utf-8' })).toEqual([]);
    expect(found({ resourceType: 'Binary', contentType: 'not a type' })).toHaveLength(1);
  });
});

describe('references', () => {
  const subject = (reference: string): string[] => found(observation({ subject: { reference } }));
  test.each([
    'Patient/1',
    'Patient/1/_history/2',
    'https://example.org/fhir/Patient/1',
    'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7',
    'https://example.org/anything',
  ])('accepts %s', (reference) => {
    expect(subject(reference)).toEqual([]);
  });
  test('notes a conditional reference, which is no fault', () => {
    const [note] = createValidator(definitions).validate(
      observation({ subject: { reference: 'Patient?identifier=a|b' } }),
    );
    expect(note).toMatchObject({ severity: 'information', key: 'reference-conditional' });
  });
  test.each([
    ['Practitioner/1', 'reference-target'],
    ['https://example.org/fhir/Practitioner/1', 'reference-target'],
    ['Practitioner?name=x', 'reference-target'],
    ['Nonsense/1', 'reference-type'],
    ['just words', 'reference-form'],
    ['Patient/', 'reference-form'],
    ['#gone', 'invariant-ref-1'],
  ])('refuses %s', (reference, key) => {
    expect(subject(reference)).toEqual([`Observation.subject.reference ${key}`]);
  });

  test('checks contained resources: sound, used, not nested, without version or labels', () => {
    const withContained = (contained: object, subjectReference = '#p'): string[] =>
      found(
        observation({
          contained: [{ resourceType: 'Patient', id: 'p', ...contained }],
          subject: { reference: subjectReference },
        }),
      );
    expect(withContained({})).toEqual([]);
    expect(withContained({ gender: 'bogus' })).toEqual(['Observation.contained[0].gender code-not-in-value-set']);
    expect(withContained({ contained: [{ resourceType: 'Patient', id: 'q' }] })).toEqual([
      'Observation.contained[0] invariant-dom-2',
    ]);
    expect(withContained({ meta: { versionId: '1', security: [{ code: 'R' }] } })).toEqual([
      'Observation.contained[0] invariant-dom-4',
      'Observation.contained[0] invariant-dom-5',
    ]);
    expect(withContained({}, 'Patient/1')).toEqual(['Observation.contained[0] invariant-dom-3']);
    expect(withContained({ resourceType: 'Practitioner' })).toEqual(['Observation.subject.reference reference-target']);
  });
});

describe('invariants', () => {
  test.each<[string, unknown, string]>([
    [
      'ext-1, both',
      patient({ extension: [{ url: 'urn:x', valueCode: 'a', extension: [{ url: 'urn:y', valueCode: 'b' }] }] }),
      'Patient.extension[0] invariant-ext-1',
    ],
    ['ext-1, neither', patient({ extension: [{ url: 'urn:x' }] }), 'Patient.extension[0] invariant-ext-1'],
    [
      'per-1',
      patient({ name: [{ family: 'x', period: { start: '2020-01-02', end: '2020-01-01' } }] }),
      'Patient.name[0].period invariant-per-1',
    ],
    ['qty-3', observation({ valueQuantity: { value: 1, code: 'kg' } }), 'Observation.value invariant-qty-3'],
    ['obs-6', observation({ valueString: 'x', dataAbsentReason: { text: 'x' } }), 'Observation invariant-obs-6'],
    [
      'obs-3',
      observation({ referenceRange: [{ age: { low: { value: 1 } } }] }),
      'Observation.referenceRange[0] invariant-obs-3',
    ],
    ['pat-1', patient({ contact: [{ gender: 'male' }] }), 'Patient.contact[0] invariant-pat-1'],
    [
      'app-3',
      {
        resourceType: 'Appointment',
        status: 'booked',
        participant: [{ status: 'accepted', actor: { reference: 'Patient/1' } }],
      },
      'Appointment invariant-app-3',
    ],
    [
      'con-5',
      {
        resourceType: 'Condition',
        subject: { reference: 'Patient/1' },
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
        },
        verificationStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'entered-in-error' }],
        },
      },
      'Condition invariant-con-5',
    ],
    ['txt-1', patient({ text: { status: 'empty', div: '<p>x</p>' } }), 'Patient.text.div primitive-format'],
    ['bdl-1', { resourceType: 'Bundle', type: 'batch', total: 1 }, 'Bundle invariant-bdl-1'],
    [
      'que-2',
      {
        resourceType: 'Questionnaire',
        status: 'draft',
        item: [
          { linkId: '1', type: 'string' },
          { linkId: '1', type: 'string' },
        ],
      },
      'Questionnaire invariant-que-2',
    ],
    [
      'SimpleQuantity, which has no comparator',
      observation({ referenceRange: [{ low: { value: 1, comparator: '<' } }] }),
      'Observation.referenceRange[0].low.comparator structure-unknown-element',
    ],
  ])('refuses a breach of %s', (_, resource, issue) => {
    expect(found(resource)).toEqual([issue]);
  });

  test('a period within one partial date is no breach', () => {
    expect(found(patient({ name: [{ family: 'x', period: { start: '2020-05', end: '2020' } }] }))).toEqual([]);
  });

  test('gives warnings only when asked', () => {
    expect(validator.validate(patient({}))).toEqual([]);
    expect(validator.validate(patient({}), { warnings: true }).map((i) => [i.severity, i.key])).toEqual([
      ['warning', 'invariant-dom-6'],
    ]);
  });

  test('a narrative outside the namespace of XHTML is an error of $validate, and kept when it is written', () => {
    const inNamespace = (start: string) => patient({ text: { status: 'generated', div: `${start}x</div>` } });
    const outside = ['<div>', '<div title="xmlns=">', '<div xmlns="">', '<div xmlns="http://www.w3.org/1999/html">'];
    for (const start of outside) {
      expect(validator.validate(inNamespace(start))).toEqual([]);
      expect(validator.validate(inNamespace(start), { warnings: true })).toMatchObject([
        { severity: 'error', key: 'invariant-txt-1', expression: 'Patient.text.div' },
      ]);
    }
    const inside = inNamespace(`<div lang="de" xmlns='http://www.w3.org/1999/xhtml'>`);
    expect(validator.validate(inside, { warnings: true })).toEqual([]);
  });

  test('names the place of a resource inside a Bundle, and validates it as one of its own', () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { resource: patient({}) },
        { resource: patient({ name: [{ use: 'x' }] }) },
        { resource: { resourceType: 'Nope' } },
      ],
    };
    expect(found(bundle)).toEqual([
      'Bundle.entry[1].resource.name[0].use code-not-in-value-set',
      'Bundle.entry[2].resource.resourceType structure-resource-type',
    ]);
  });
});

describe('options', () => {
  test('refuses a resource of another type than the URL says', () => {
    expect(validator.validate(patient({}), { type: 'Observation' })).toMatchObject([
      { key: 'structure-resource-type', expression: 'Patient.resourceType' },
    ]);
    expect(validator.validate(patient({}), { type: 'Patient' })).toEqual([]);
  });
});
