import type { Transaction } from './charts.ts';
import type { Known } from './workloads.ts';

/** Values that occur in the data, to search for. */
interface Values {
  readonly families: readonly string[];
  readonly cities: readonly string[];
  readonly births: readonly string[];
  readonly identifiers: readonly string[];
  readonly conditions: readonly string[];
  readonly dates: readonly string[];
}

interface Coded {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
}

interface Searched {
  readonly resourceType: string;
  readonly name?: readonly { readonly family?: string }[];
  readonly address?: readonly { readonly city?: string }[];
  readonly birthDate?: string;
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
  readonly code?: Coded;
  readonly effectiveDateTime?: string;
}

/** The values of the Bundles that are searched for. */
export function valuesOf(bundles: readonly Transaction[]): Values {
  const resources = bundles.flatMap(({ entry }) => entry.map(({ resource }) => resource as Searched));
  const patients = resources.filter(({ resourceType }) => resourceType === 'Patient');
  const collect = (values: readonly (string | undefined)[]): string[] => [
    ...new Set(values.filter((value): value is string => value !== undefined)),
  ];
  const coded = resources.filter(({ resourceType }) => resourceType === 'Condition');
  return {
    families: collect(patients.flatMap(({ name }) => name?.map(({ family }) => family) ?? [])),
    cities: collect(patients.flatMap(({ address }) => address?.map(({ city }) => city) ?? [])),
    births: collect(patients.map(({ birthDate }) => birthDate)),
    identifiers: collect(patients.map(({ identifier: [id] = [] }) => id && `${id.system ?? ''}|${id.value}`)),
    conditions: collect(coded.map(({ code }) => code?.coding?.[0]?.code)),
    dates: collect(resources.map(({ effectiveDateTime }) => effectiveDateTime?.slice(0, 10))).slice(0, 500),
  };
}

type Choose = <T>(values: readonly T[]) => T;
type Query = (values: Values, known: Known, choose: Choose) => string;

const CODES = ['8867-4', '29463-7', '8302-2', '39156-5'];

/** The groups of searches: what each looks like, with values drawn from the data. Pages hold 20. */
export const SEARCH_GROUPS: Readonly<Record<string, Query>> = {
  token: (_, _known, choose) => `Observation?code=http://loinc.org|${choose(CODES)}`,
  'token, identifier': ({ identifiers }, _, choose) => `Patient?identifier=${choose(identifiers)}`,
  string: ({ families }, _, choose) => `Patient?name=${choose(families)}`,
  'string :contains': ({ cities }, _, choose) => `Patient?address:contains=${choose(cities).slice(1, 5)}`,
  date: ({ births }, _, choose) => `Patient?birthdate=${choose(['', 'ge', 'le'])}${choose(births)}`,
  'date, a day': ({ dates }, _, choose) => `Observation?date=${choose(dates)}`,
  quantity: (_, _known, choose) => `Observation?value-quantity=gt${choose([60, 75, 90, 120])}`,
  composite: (_, _known, choose) => `Observation?code-value-quantity=${choose(CODES)}$gt${choose([30, 80, 160])}`,
  reference: (_, { patients }, choose) => `Observation?subject=${choose(patients)}`,
  'reference, requester': (_, { practitioners }, choose) => `MedicationRequest?requester=${choose(practitioners)}`,
  'patient + code, newest first': (_, { patients }, choose) =>
    `Observation?subject=${choose(patients)}&code=${choose(CODES)}&_sort=-date`,
  sort: () => 'Patient?_sort=family',
  combined: ({ families, births }, _, choose) =>
    `Patient?name=${choose(families)}&birthdate=le${choose(births)}&gender=female,male`,
  chained: ({ families }, _, choose) => `Observation?subject:Patient.name=${choose(families)}`,
  has: ({ conditions }, _, choose) => `Patient?_has:Condition:subject:code=${choose(conditions)}`,
  include: (_, { patients }, choose) => `Encounter?subject=${choose(patients)}&_include=Encounter:subject`,
  revinclude: (_, { patients }, choose) =>
    `Patient?_id=${choose(patients).slice('Patient/'.length)}&_revinclude=Observation:subject`,
  total: (_, _known, choose) => `Patient?gender=${choose(['male', 'female'])}&_total=accurate`,
};

/** The searches of one group in one round: the same choices on every server. */
export function searchPaths(query: Query, values: Values, known: Known, count: number, round: number): string[] {
  let step = round * 7919;
  const choose: Choose = (options) => {
    step += 1;
    return options[(step * 2_654_435_761) % options.length] as (typeof options)[number];
  };
  const encoded = (path: string): string => path.replaceAll('|', '%7C').replaceAll('$', '%24').replaceAll(' ', '%20');
  return Array.from({ length: count }, () => `${encoded(query(values, known, choose))}&_count=20`);
}
