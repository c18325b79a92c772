import type { Observation, Patient, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everything, grantOf, type SearchFixture, searchFixture } from './search-fixture.ts';

// https://hl7.org/fhir/R4/search.html

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

const patients: Patient[] = [
  {
    resourceType: 'Patient',
    id: 'ada',
    meta: { accounts: [{ reference: 'Practitioner/maria' }] },
    active: true,
    name: [{ family: 'Müller', given: ['Ada', 'Grace'] }],
    gender: 'female',
    birthDate: '1940-03-05',
    identifier: [
      {
        system: 'urn:mrn',
        value: 'A1',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      },
    ],
    telecom: [
      { system: 'phone', value: '555-0100' },
      { system: 'email', value: 'Ada@Example.org' },
    ],
    address: [{ city: 'São Paulo', line: ['12 Mill St'] }],
    generalPractitioner: [{ reference: 'Practitioner/maria' }],
    managingOrganization: { identifier: { system: 'urn:org', value: 'O1' } },
  },
  {
    resourceType: 'Patient',
    id: 'bob',
    meta: { accounts: [{ reference: 'Practitioner/omar' }] },
    name: [{ family: 'Smith', given: ['Bob'] }, { family: 'Zed' }],
    gender: 'male',
    birthDate: '1980',
    deceasedBoolean: true,
    identifier: [{ system: 'urn:mrn', value: 'B2' }],
  },
  { resourceType: 'Patient', id: 'cy', gender: 'other', name: [{ text: 'Cy Smithson' }], birthDate: '1980-06' },
];

const observation = (id: string, patient: string, date: string, rest: Partial<Observation>): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: LOINC, code: '8867-4', display: 'Heart rate' }] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: date,
  ...rest,
});
const quantity = (value: number, code: string) => ({ value, unit: code, system: UCUM, code });

const observations: Observation[] = [
  observation('hr1', 'ada', '2021-09-30T10:00:00Z', { valueQuantity: quantity(100, '/min') }),
  observation('hr2', 'ada', '2021-10-01', {
    valueQuantity: quantity(60, '/min'),
    encounter: { reference: 'Encounter/e1' },
  }),
  observation('hr3', 'bob', '2021-09-30T23:59:59Z', { valueQuantity: quantity(99.6, '/min'), status: 'preliminary' }),
  observation('wt', 'ada', '2022-01-01T00:00:00Z', {
    code: { coding: [{ system: LOINC, code: '29463-7' }], text: 'Weight' },
    valueQuantity: quantity(80, 'kg'),
  }),
  observation('bp', 'bob', '2022-02-01', {
    code: { coding: [{ system: LOINC, code: '85354-9' }] },
    component: [
      { code: { coding: [{ system: LOINC, code: '8480-6' }] }, valueQuantity: quantity(150, 'mm[Hg]') },
      { code: { coding: [{ system: LOINC, code: '8462-4' }] }, valueQuantity: quantity(70, 'mm[Hg]') },
    ],
  }),
  {
    resourceType: 'Observation',
    id: 'span',
    status: 'final',
    code: {
      coding: [
        { system: LOINC, code: '1' },
        { system: 'urn:other', code: '8867-4' },
      ],
    },
    subject: { reference: 'Patient/cy' },
    effectivePeriod: { start: '2021-01-01', end: '2021-12-31' },
    valueCodeableConcept: { coding: [{ system: 'urn:v', code: 'yes' }] },
  },
];

const others: Resource[] = [
  { resourceType: 'Practitioner', id: 'maria', name: [{ family: 'Lopez', given: ['Maria'] }] },
  { resourceType: 'Practitioner', id: 'omar', name: [{ family: 'Haddad' }] },
  {
    resourceType: 'Encounter',
    id: 'e1',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: 'Patient/ada' },
    participant: [{ individual: { reference: 'Practitioner/maria' } }],
    period: { start: '2021-10-01T08:00:00Z' },
    serviceProvider: { reference: 'Organization/leaf' },
  },
  {
    resourceType: 'QuestionnaireResponse',
    id: 'qr',
    status: 'completed',
    questionnaire: 'http://q.example/phq9|1.0',
    subject: { reference: 'Patient/ada' },
  },
  { resourceType: 'Questionnaire', id: 'q1', status: 'active', url: 'http://q.example/phq9', version: '1.0' },
  { resourceType: 'Questionnaire', id: 'q2', status: 'draft', url: 'http://q.example/phq9', version: '2.0' },
  {
    resourceType: 'ActivityDefinition',
    id: 'aged',
    status: 'active',
    useContext: [{ code: { system: 'urn:uc', code: 'age' }, valueQuantity: quantity(10, 'a') }],
  },
  { resourceType: 'Organization', id: 'top', name: 'Top' },
  { resourceType: 'Organization', id: 'middle', partOf: { reference: 'Organization/top' } },
  { resourceType: 'Organization', id: 'leaf', partOf: { reference: 'Organization/middle' } },
  { resourceType: 'Location', id: 'here', position: { latitude: 42.256, longitude: -83.694 } },
  { resourceType: 'ValueSet', id: 'vs', status: 'active', url: 'http://v.example/a/b/c' },
  {
    resourceType: 'List',
    id: 'l1',
    status: 'current',
    mode: 'working',
    entry: [{ item: { reference: 'Patient/bob' } }],
  },
  {
    resourceType: 'RiskAssessment',
    id: 'risk',
    status: 'final',
    subject: { reference: 'Patient/ada' },
    prediction: [{ probabilityDecimal: 0.85 }],
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Withdrawn and hopeless</div>' },
  },
];

let fixture: SearchFixture;
beforeAll(async () => {
  fixture = await searchFixture();
  await fixture.load([...patients, ...observations, ...others]);
}, 60_000);
afterAll(() => fixture.close());

const found = async (url: string): Promise<string> => (await fixture.ids(url)).sort().join(' ');

describe('one parameter', () => {
  test.each([
    // string
    ['Patient?name=mul', 'ada'],
    ['Patient?name=MÜLLER', 'ada'],
    ['Patient?name:exact=Müller', 'ada'],
    ['Patient?name:exact=Muller', ''],
    ['Patient?name:contains=ith', 'bob cy'],
    ['Patient?family=zed,mul', 'ada bob'],
    ['Patient?name=ada muller', 'ada'],
    ['Patient?name=ada smith', ''],
    ['Patient?name=cy smith', 'cy'],
    ['Patient?address-city=sao', 'ada'],
    ['Patient?address:contains=mill', 'ada'],
    ['Patient?name=a_%', ''],
    // token
    ['Patient?gender=female,male', 'ada bob'],
    ['Patient?gender=http://hl7.org/fhir/administrative-gender|male', 'bob'],
    ['Patient?gender:not=male', 'ada cy'],
    ['Patient?active=true', 'ada'],
    ['Patient?active:missing=true', 'bob cy'],
    ['Patient?deceased=true', 'bob'],
    ['Patient?identifier=urn:mrn|A1', 'ada'],
    ['Patient?identifier=A1,B2', 'ada bob'],
    ['Patient?identifier=urn:mrn|', 'ada bob'],
    ['Patient?identifier=|A1', ''],
    ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|A1', 'ada'],
    ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|SS|A1', ''],
    ['Patient?email=ada@example.ORG', 'ada'],
    ['Patient?phone=ada@example.org', ''],
    ['Observation?code=8867-4', 'hr1 hr2 hr3 span'],
    [`Observation?code=${LOINC}|8867-4`, 'hr1 hr2 hr3'],
    ['Patient?deceased:text=heart', ''],
    ['Observation?code:text=heart', 'hr1 hr2 hr3'],
    ['Observation?code:text=weig', 'wt'],
    ['Observation?combo-code=8480-6,29463-7', 'bp wt'],
    // date: a day, a month and a year are intervals
    ['Observation?date=2021-09-30', 'hr1 hr3'],
    ['Observation?date=2021', 'hr1 hr2 hr3 span'],
    ['Observation?date=2021-09-30T10:00:00Z', 'hr1'],
    ['Observation?date=ge2021-10-01', 'bp hr2 span wt'],
    ['Observation?date=gt2021-10-01', 'bp span wt'],
    ['Observation?date=lt2021-09-30', 'span'],
    ['Observation?date=le2021-09-30', 'hr1 hr3 span'],
    ['Observation?date=sa2021-10-01', 'bp wt'],
    ['Observation?date=eb2021-10-01', 'hr1 hr3'],
    ['Observation?date=ne2021-09-30', 'bp hr2 span wt'],
    ['Observation?date=ge2021-10-01&date=lt2022-02-01', 'hr2 span wt'],
    ['Patient?birthdate=1940', 'ada'],
    ['Patient?birthdate=1980', 'bob cy'],
    ['Patient?birthdate=1980-06', 'cy'],
    ['Encounter?date=gt2030-01-01', 'e1'],
    // quantity and number
    ['Observation?value-quantity=100', 'hr1 hr3'],
    ['Observation?value-quantity=100.0', 'hr1'],
    ['Observation?value-quantity=gt60', 'hr1 hr3 wt'],
    ['Observation?value-quantity=le60', 'hr2'],
    [`Observation?value-quantity=80000|${UCUM}|g`, 'wt'],
    [`Observation?value-quantity=gt170|${UCUM}|[lb_av]`, 'wt'],
    [`Observation?value-quantity=80|${UCUM}|g`, ''],
    ['Observation?value-quantity=80||kg', 'wt'],
    ['Observation?component-value-quantity=gt100', 'bp'],
    ['Observation?combo-value-quantity=gt99.8', 'bp hr1'],
    ['Observation?combo-value-quantity=lt75', 'bp hr2'],
    ['RiskAssessment?probability=gt0.8', 'risk'],
    ['RiskAssessment?probability=0.8', ''],
    // composite
    ['Observation?code-value-quantity=8867-4$gt99', 'hr1 hr3'],
    [`Observation?code-value-quantity=${LOINC}|8867-4$lt99`, 'hr2'],
    ['Observation?component-code-value-quantity=8480-6$gt140', 'bp'],
    ['Observation?component-code-value-quantity=8462-4$gt140', ''],
    [`Observation?combo-code-value-quantity=${LOINC}|8480-6$gt140,8867-4$gt99.8`, 'bp hr1'],
    ['Observation?code-value-concept=8867-4$yes', 'span'],
    // reference
    ['Observation?subject=Patient/ada', 'hr1 hr2 wt'],
    ['Observation?subject=ada', 'hr1 hr2 wt'],
    ['Observation?subject:Patient=ada', 'hr1 hr2 wt'],
    ['Observation?subject=https://clinic.example/fhir/R4/Patient/ada', 'hr1 hr2 wt'],
    ['Observation?patient=ada,cy', 'hr1 hr2 span wt'],
    ['Observation?encounter:missing=false', 'hr2'],
    ['Patient?organization:identifier=urn:org|O1', 'ada'],
    ['QuestionnaireResponse?questionnaire=http://q.example/phq9', 'qr'],
    ['QuestionnaireResponse?questionnaire=http://q.example/phq9|1.0', 'qr'],
    ['QuestionnaireResponse?questionnaire=http://q.example/phq9|2.0', ''],
    // uri
    ['ValueSet?url=http://v.example/a/b/c', 'vs'],
    ['ActivityDefinition?context-type-quantity=age$10', 'aged'],
    ['ActivityDefinition?context-type-quantity=urn:uc|age$gt5', 'aged'],
    ['ActivityDefinition?context-type-quantity=urn:other|age$gt5', ''],
    ['ValueSet?url:below=http://v.example/a', 'vs'],
    ['ValueSet?url:above=http://v.example/a/b/c/d', 'vs'],
    // for all types
    ['Patient?_id=ada,cy,none', 'ada cy'],
    ['Patient?_lastUpdated=gt2020', 'ada bob cy'],
    ['Patient?_lastUpdated=,,', ''],
    ['Patient?_list=l1', 'bob'],
    ['Patient?_list:not=l1', 'ada cy'],
    ['Patient?_id:missing=false&_lastUpdated:missing=false&_id=cy', 'cy'],
    ['RiskAssessment?_text=hopeless', 'risk'],
    ['RiskAssessment?_content=hopeful', ''],
    ['Observation?_compartment=Patient/ada', 'hr1 hr2 wt'],
    ['Observation?_compartment=Practitioner/maria', 'hr1 hr2 wt'],
    ['Patient?_compartment=Practitioner/omar', 'bob'],
    ['Encounter?_inCompartment=Practitioner/maria', 'e1'],
    ['Observation?_inCompartment=Encounter/e1', 'hr2'],
    ['Encounter?_inCompartment=Encounter/e1', 'e1'],
    ['Observation?_inCompartment=Patient/bob', 'bp hr3'],
    ['Location?near=42.26|-83.69|5|km', 'here'],
    ['Location?near=42.26|-83.69|200|m', ''],
    // terminology
    // hierarchies
    ['Organization?partof:below=Organization/top', 'leaf middle'],
    ['Organization?partof:below=middle', 'leaf'],
    ['Organization?partof:above=Organization/middle', 'leaf middle'],
    ['Encounter?service-provider:below=Organization/top', 'e1'],
    ['Encounter?service-provider:above=Organization/top', ''],
    ['Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender', 'ada bob cy'],
    ['Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender', ''],
    ['Encounter?class:below=http://terminology.hl7.org/CodeSystem/v3-ActCode|_ActEncounterCode', 'e1'],
    ['Encounter?class:above=http://terminology.hl7.org/CodeSystem/v3-ActCode|_ActEncounterCode', ''],
  ])('%s', async (url, expected) => {
    expect(await found(url)).toBe(expected);
  });
});

describe('links', () => {
  test.each([
    ['Observation?subject:Patient.name=mul', 'hr1 hr2 wt'],
    ['Observation?subject.name=mul', 'hr1 hr2 wt'],
    ['Observation?patient.identifier=urn:mrn|B2&date=ge2022', 'bp'],
    ['Observation?subject:Patient.general-practitioner:Practitioner.name=lopez', 'hr1 hr2 wt'],
    ['Patient?_has:Observation:subject:code=29463-7', 'ada'],
    // canonical links
    ['QuestionnaireResponse?questionnaire.status=active', 'qr'],
    ['QuestionnaireResponse?questionnaire.status=draft', ''],
    ['Questionnaire?_has:QuestionnaireResponse:questionnaire:patient=ada', 'q1'],
    ['Patient?_has:Observation:patient:code=8867-4&gender=male', 'bob'],
    ['Practitioner?_has:Patient:general-practitioner:_has:Observation:subject:code=29463-7', 'maria'],
    ['Patient?_filter=name sw "smi" and birthdate lt 1981', 'bob'],
    ['Patient?_filter=not (gender eq male) or identifier eq urn:mrn|B2', 'ada bob cy'],
    ['Patient?_filter=gender ne male and name co "ith"', 'cy'],
    ['Patient?_filter=gender ne male', 'ada cy'],
    ['Patient?_filter=identifier ne urn:mrn|B2', 'ada'],
    ['Patient?_filter=family ew "ITH"', 'bob'],
    ['Patient?_filter=family eq "SMITH" or family eq "muller"', 'ada bob'],
    // from left to right, without precedence
    ['Patient?_filter=gender eq male or gender eq female and birthdate lt 1950', 'ada'],
    ['Patient?_filter=birthdate pr true and NOT (deceased eq true)', 'ada cy'],
    ['Patient?_filter=birthdate po 1980-06-30', 'bob cy'],
    ['Patient?_filter=birthdate co 1980-06-30', 'bob cy'],
    ['Patient?_filter=birthdate co 1980-07', 'bob'],
    ['Observation?_filter=subject[gender eq male].family sw "smi"', 'bp hr3'],
    ['Observation?_filter=subject[gender eq female].family sw "smi"', ''],
    ['Observation?_filter=patient.family eq "smith" and code eq loinc|8867-4', 'hr3'],
    ['Patient?_filter=_has:Observation:patient:code eq 29463-7', 'ada'],
    ['ValueSet?_filter=url sw "http://v.example/a"', 'vs'],
    ['Observation?_filter=value-quantity eq 150||mm[Hg]', ''],
    ['?_type=Patient,Practitioner&_id=ada,maria', 'ada maria'],
  ])('%s', async (url, expected) => {
    expect(await found(url)).toBe(expected);
  });

  const included = async (url: string): Promise<string> =>
    (await fixture.page(url)).entries
      .filter((entry) => entry.mode === 'include')
      .map((entry) => `${entry.stored.type}/${entry.stored.id}`)
      .sort()
      .join(' ');

  test.each([
    ['Observation?_id=hr2&_include=Observation:subject&_include=Observation:encounter', 'Encounter/e1 Patient/ada'],
    ['Observation?_id=hr2&_include=*', 'Encounter/e1 Patient/ada'],
    ['Observation?_id=hr2&_include=Observation:subject:Group', ''],
    [
      'Observation?_id=hr2&_include=Observation:subject&_include:iterate=Patient:general-practitioner',
      'Patient/ada Practitioner/maria',
    ],
    ['Observation?subject=Patient/bob&_include=Observation:subject', 'Patient/bob'],
    ['Patient?_id=bob&_revinclude=Observation:subject', 'Observation/bp Observation/hr3'],
    ['QuestionnaireResponse?_include=QuestionnaireResponse:questionnaire', 'Questionnaire/q1'],
    ['QuestionnaireResponse?_include=*', 'Patient/ada Questionnaire/q1'],
    ['Questionnaire?_revinclude=QuestionnaireResponse:questionnaire', 'QuestionnaireResponse/qr'],
    [
      'Patient?_id=ada&_revinclude=Encounter:subject&_include:iterate=Encounter:participant',
      'Encounter/e1 Practitioner/maria',
    ],
  ])('includes of %s', async (url, expected) => {
    expect(await included(url)).toBe(expected);
  });
});

describe('order and pages', () => {
  test.each([
    ['Observation?_sort=date', 'span hr1 hr3 hr2 wt bp'],
    ['Observation?_sort=-date', 'bp wt hr2 hr3 hr1 span'],
    ['Observation?subject=Patient/ada&_sort=-date', 'wt hr2 hr1'],
    ['Observation?subject=Patient/ada&_sort=date', 'hr1 hr2 wt'],
    ['Observation?_sort=-value-quantity', 'hr1 hr3 wt hr2 bp span'],
    ['Observation?_sort=status,-date', 'bp wt hr2 hr1 span hr3'],
    ['Patient?_sort=family', 'ada bob cy'],
    ['Patient?_sort=-family', 'bob ada cy'],
    ['Patient?_sort=gender', 'ada bob cy'],
    ['Patient?_sort=-_id', 'cy bob ada'],
    ['Patient?_sort=-_lastUpdated', 'cy bob ada'],
    ['?_type=Encounter,Observation&patient=ada&_sort=-date', 'wt e1 hr2 hr1'],
    ['?_type=Patient,Practitioner&_sort=-_lastUpdated', 'omar maria cy bob ada'],
    ['?_type=Practitioner,Patient&_sort=family,-_id', 'omar maria ada bob cy'],
  ])('%s is the same on pages of every length', async (url, expected) => {
    expect((await fixture.ids(url)).join(' ')).toBe(expected);
    for (const count of [1, 2, 3]) {
      expect((await fixture.ids(`${url}&_count=${count}`)).join(' ')).toBe(expected);
    }
  });

  test('pages go on where they ended while resources are added', async () => {
    const first = await fixture.page('Patient?gender=female&_count=1&_total=accurate');
    expect(first.total).toBe(1);
    await fixture.load([{ resourceType: 'Patient', id: 'new', gender: 'unknown', active: false }]);
    const page = await fixture.page('Patient?gender=female,unknown&_count=1');
    const second = await fixture.page(`Patient?gender=female,unknown&_count=1&_cursor=${page.next}`);
    expect([...page.entries, ...second.entries].map((entry) => entry.stored.id)).toEqual(['ada', 'new']);
  });

  test('counts without giving entries', async () => {
    const page = await fixture.page('Observation?status=final&_summary=count');
    expect([page.total, page.entries.length]).toEqual([5, 0]);
    expect((await fixture.page('Observation?subject=Patient/ada&_count=0')).total).toBe(3);
    expect((await fixture.page('Observation?code=8867-4&_total=accurate&_count=2')).total).toBe(4);
  });

  test('offsets skip', async () => {
    const page = await fixture.page('Observation?_sort=date&_count=2&_offset=2');
    expect(page.entries.map((entry) => entry.stored.id)).toEqual(['hr3', 'hr2']);
  });

  test('a token of another search is refused', async () => {
    const { next } = await fixture.page('Observation?status=final&_count=1');
    await expect(fixture.page(`Observation?status=preliminary&_count=1&_cursor=${next}`)).rejects.toThrow(/page token/);
    await expect(fixture.page('Observation?_cursor=x')).rejects.toThrow(/page token/);
  });
});

describe('refusals name what is wrong', () => {
  test.each([
    ['Patient?nme=x', /'nme' is not known for Patient/],
    ['Patient?gender:foo=x', /'gender' has no modifier ':foo'/],
    ['Patient?birthdate=yesterday', /'birthdate' is not valid/],
    ['Observation?value-quantity=abc', /'value-quantity' is not valid/],
    ['Observation?code-value-quantity=8867-4', /2 values joined by \$/],
    ['Nothing?x=1', /'Nothing' is not known/],
    ['Patient?_sort:desc=birthdate', /'_sort' has no modifier ':desc'/],
    ['Patient?_sort=nme', /'nme' is not known/],
    ['Patient?_include=Patient:nme', /'nme' is not known/],
    ['Patient?name=', /'name' has no value/],
    ['Patient?_count=-1', /'_count' needs/],
    ['Patient?_filter=name eq', /'_filter' needs/],
    ['Patient?_filter=gender co "al"', /cannot compare 'gender' with 'co'/],
    ['Patient?_filter=name gt "a"', /cannot compare 'name' with 'gt': need eq, ne, co, sw, ew, pr/],
    ['Patient?_list=$current-problems', /is a list of Condition/],
    ['Patient?_list=$favourites', /'_list' needs the id/],
    ['Patient?_text:exact=x', /no modifier ':exact'/],
    ['Patient?near=1|1', /'near' is not known for Patient/],
    ['Observation?performer:below=Patient/x', /needs a reference to a type with a hierarchy/],
    ['Patient?__proto__=1', /'__proto__' is not known/],
  ])('%s', async (url, message) => {
    await expect(fixture.page(url)).rejects.toThrow(message);
  });

  test('lenient handling ignores and warns', async () => {
    const query = fixture.search.parse(
      'Patient',
      [
        ['nme', 'x'],
        ['gender', 'male'],
      ],
      { handling: 'lenient' },
    );
    expect(query.warnings.map((warning) => warning.text)).toEqual([`Search parameter 'nme' is not known for Patient`]);
    expect(query.criteria.get('Patient')).toHaveLength(1);
  });
});

describe('policies', () => {
  const panel = grantOf({
    Patient: [{ criteria: 'Patient?_compartment=Practitioner/maria', hiddenFields: ['name'] }],
    Observation: [{ criteria: 'Observation?_compartment=Practitioner/maria' }],
  });

  test('only what a rule permits is found, counted, followed and included', async () => {
    expect(await fixture.ids('Patient?_sort=_id', panel)).toEqual(['ada']);
    expect(await fixture.ids('Observation?_sort=date', panel)).toEqual(['hr1', 'hr2', 'wt']);
    expect((await fixture.page('Observation?_summary=count', panel)).total).toBe(3);
    expect(await fixture.ids('Encounter?', panel)).toEqual([]);
    expect(await fixture.ids('Observation?subject:Patient.gender=male', panel)).toEqual([]);
    expect(await fixture.ids('Patient?_has:Encounter:subject:status=finished', panel)).toEqual([]);
    const page = await fixture.page('Observation?_id=hr2&_include=*', panel);
    expect(page.entries.map((entry) => entry.stored.id)).toEqual(['hr2', 'ada']);
  });

  test('a hidden element is as if it were not there', async () => {
    expect(await fixture.ids('Patient?name=mul', panel)).toEqual([]);
    expect(await fixture.ids('Patient?family:missing=true', panel)).toEqual(['ada']);
    expect(await fixture.ids('Observation?subject:Patient.name=mul', panel)).toEqual([]);
    expect(await fixture.ids('Patient?_sort=family', panel)).toEqual(['ada']);
  });

  test('moving a patient to another panel moves her records at once', async () => {
    const [ada] = patients as [Patient];
    const moved: Patient = { ...ada, meta: { accounts: [{ reference: 'Practitioner/omar' }] } };
    await fixture.replace(ada, moved);
    expect(await fixture.ids('Observation?', panel)).toEqual([]);
    await fixture.replace(moved, ada);
    expect(await fixture.ids('Observation?', panel)).toHaveLength(3);
  });

  test('criteria that cannot be read grant nothing', async () => {
    expect(await fixture.ids('Patient?', grantOf({ Patient: [{ criteria: 'Patient?nonsense=1' }] }))).toEqual([]);
  });
});

test('a search is explained by its walk, its probes and the plan of the database', async () => {
  const query = fixture.search.parse('Observation', [
    ['subject', 'Patient/ada'],
    ['code', '8867-4'],
    ['_sort', '-date'],
  ]);
  const [explanation] = await fixture.search.explain(fixture.db, everything, query);
  expect(explanation).toMatchObject({
    type: 'Observation',
    walk: 'at.subject',
    probes: ['code'],
    sortedAfterwards: [],
  });
  expect(explanation?.sql).not.toContain('8867-4');
  expect(explanation?.plan).toBeTruthy();
});
