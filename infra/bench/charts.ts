/** One FHIR resource as JSON. */
export type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string };

/** One entry of a transaction. */
export interface Entry {
  readonly fullUrl: string;
  readonly resource: Resource;
  readonly request: { readonly method: string; readonly url: string; readonly ifNoneExist?: string };
}

/** A transaction Bundle. */
export interface Transaction {
  readonly resourceType: 'Bundle';
  readonly type: 'transaction';
  readonly entry: readonly Entry[];
}

/** Numbers in [0, 1), the same ones for the same seed. */
type Random = () => number;

const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';
const TERMS = 'http://terminology.hl7.org/CodeSystem';
const STAFF = 'https://mindbridge.health/fhir/sid/bench-staff';
const NUMBER = 'https://mindbridge.health/fhir/sid/bench-patient';

const GIVEN = ['Alma', 'Bela', 'Carla', 'Dario', 'Edda', 'Fadi', 'Gesa', 'Hila', 'Ilan', 'Jora', 'Kian', 'Lena'];
const FAMILY = ['Abel', 'Bauer', 'Celik', 'Dunn', 'Ebert', 'Farah', 'Gallo', 'Holm', 'Ito', 'Jansen', 'Kraus', 'Lund'];
const CITIES = ['Aldham', 'Brook', 'Corbridge', 'Denholm', 'Eastwick', 'Fenton'];

/** Measured at each visit: code, text, unit, mean, spread. */
const MEASUREMENTS = [
  ['8867-4', 'Heart rate', '/min', 75, 12],
  ['29463-7', 'Body weight', 'kg', 78, 16],
  ['8302-2', 'Body height', 'cm', 170, 10],
  ['39156-5', 'Body mass index', 'kg/m2', 26, 4],
  ['8310-5', 'Body temperature', 'Cel', 37, 0.4],
  ['2339-0', 'Glucose in blood', 'mg/dL', 102, 22],
  ['718-7', 'Hemoglobin in blood', 'g/dL', 14, 1.5],
  ['44261-6', 'PHQ-9 total score', '{score}', 9, 5],
] as const;

const CONDITIONS = [
  ['35489007', 'Depressive disorder'],
  ['197480006', 'Anxiety disorder'],
  ['38341003', 'Hypertensive disorder'],
  ['73211009', 'Diabetes mellitus'],
] as const;

const DRUGS = ['sertraline 50 MG', 'lisinopril 10 MG', 'metformin 500 MG', 'bupropion 150 MG'] as const;

/** A linear congruential generator: good enough to vary charts, and the same everywhere. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function urn(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function coding(system: string, code: string, display?: string): Record<string, unknown> {
  return { coding: [{ system, code, ...(display !== undefined && { display }) }] };
}

function transaction(entry: readonly Entry[]): Transaction {
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

function create(random: Random, resource: Resource): Entry {
  return { fullUrl: urn(random), resource, request: { method: 'POST', url: resource.resourceType } };
}

/** Who works there; loaded first, since charts refer to them by identifier. */
export function staff(): Transaction {
  const random = randomFrom(7);
  const people = FAMILY.map((family, i) => {
    const identifier = [{ system: STAFF, value: `s${i}` }];
    const name = [{ family, given: [pick(random, GIVEN)] }];
    const made = create(random, { resourceType: 'Practitioner', identifier, active: true, name });
    return { ...made, request: { ...made.request, ifNoneExist: `identifier=${STAFF}|s${i}` } };
  });
  return transaction(people);
}

/** One patient's chart of about 100 resources; the same number and seed give the same chart. */
export function chart(number: number, seed: number): Transaction {
  const random = randomFrom(seed * 100_003 + number);
  const patient = create(random, {
    resourceType: 'Patient',
    identifier: [{ system: NUMBER, value: `${seed}-${number}` }],
    active: true,
    name: [{ use: 'official', family: pick(random, FAMILY), given: [pick(random, GIVEN), pick(random, GIVEN)] }],
    gender: random() < 0.5 ? 'female' : 'male',
    birthDate: `${1940 + Math.floor(random() * 65)}-${twoDigits(1 + Math.floor(random() * 12))}-15`,
    address: [{ city: pick(random, CITIES), postalCode: String(10_000 + Math.floor(random() * 80_000)) }],
    telecom: [{ system: 'phone', value: `555-${1000 + number}` }],
  });
  const subject = { reference: patient.fullUrl };
  const visits = Array.from({ length: 9 }, (_, i) => visit(random, subject, i));
  const conditions = CONDITIONS.filter(() => random() < 0.5).map(([code, display]) =>
    create(random, {
      resourceType: 'Condition',
      subject,
      clinicalStatus: coding(`${TERMS}/condition-clinical`, random() < 0.8 ? 'active' : 'resolved'),
      code: coding(SNOMED, code, display),
      onsetDateTime: day(random),
    }),
  );
  return transaction([patient, ...conditions, ...visits.flat()]);
}

function visit(random: Random, subject: { reference: string }, number: number): Entry[] {
  const start = `${2017 + number}-${twoDigits(1 + Math.floor(random() * 12))}-${twoDigits(1 + Math.floor(random() * 28))}`;
  const individual = { reference: `Practitioner?identifier=${STAFF}|s${Math.floor(random() * FAMILY.length)}` };
  const encounter = create(random, {
    resourceType: 'Encounter',
    status: 'finished',
    class: { system: `${TERMS}/v3-ActCode`, code: random() < 0.8 ? 'AMB' : 'VR' },
    subject,
    participant: [{ individual }],
    period: { start: `${start}T09:00:00Z`, end: `${start}T09:45:00Z` },
  });
  const about = { subject, encounter: { reference: encounter.fullUrl } };
  const measured = MEASUREMENTS.map(([code, display, unit, mean, spread]) => {
    const value = Math.round((mean + spread * (random() * 4 - 2)) * 10) / 10;
    return observation(random, about, start, [code, display], { valueQuantity: quantity(value, unit) });
  });
  const pressure = observation(random, about, start, ['85354-9', 'Blood pressure'], {
    component: [
      { code: coding(LOINC, '8480-6'), valueQuantity: quantity(100 + Math.floor(random() * 60), 'mm[Hg]') },
      { code: coding(LOINC, '8462-4'), valueQuantity: quantity(60 + Math.floor(random() * 40), 'mm[Hg]') },
    ],
  });
  const drug = create(random, {
    resourceType: 'MedicationRequest',
    status: random() < 0.5 ? 'active' : 'completed',
    intent: 'order',
    medicationCodeableConcept: { text: pick(random, DRUGS) },
    ...about,
    requester: individual,
    authoredOn: start,
  });
  return [encounter, ...measured, pressure, drug];
}

function observation(
  random: Random,
  about: Readonly<Record<string, unknown>>,
  date: string,
  [code, display]: readonly [string, string],
  value: Readonly<Record<string, unknown>>,
): Entry {
  return create(random, {
    resourceType: 'Observation',
    status: 'final',
    category: [coding(`${TERMS}/observation-category`, code === '44261-6' ? 'survey' : 'vital-signs')],
    code: coding(LOINC, code, display),
    ...about,
    effectiveDateTime: `${date}T09:${twoDigits(Math.floor(random() * 45))}:00Z`,
    ...value,
  });
}

function quantity(value: number, code: string): Record<string, unknown> {
  return { value, unit: code, system: 'http://unitsofmeasure.org', code };
}

function day(random: Random): string {
  return `${2000 + Math.floor(random() * 24)}-${twoDigits(1 + Math.floor(random() * 12))}-01`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
