import type { Transaction } from '../../bench/charts.ts';
import { SEARCH_GROUPS, searchPaths, valuesOf } from '../../bench/search-groups.ts';
import type { Known } from '../../bench/workloads.ts';

/** Searches of one shape, which differ in their values alone. */
export interface Shape {
  readonly name: string;
  readonly paths: readonly string[];
}

const DRAWS = 4;
const TERMS = 'http://terminology.hl7.org/CodeSystem';

/** Shapes of a clinic's day that the benchmark does not measure. */
function everyday(patient: string, practitioner: string): Readonly<Record<string, string>> {
  return {
    'a compartment': `${patient}/Observation?code=8867-4`,
    'all types of a compartment': `${patient}/*`,
    'category of a patient, newest first': `Observation?patient=${patient}&category=${TERMS}/observation-category|survey&_sort=-date`,
    'changed since': 'Observation?_lastUpdated=gt2020-01-01',
    'newest of all': 'Observation?_sort=-date',
    'last changed first': 'Encounter?_sort=-_lastUpdated',
    'by several ids': `Patient?_id=${patient.slice('Patient/'.length)},x,y,z`,
    'one of several codes': 'Observation?code=8867-4,29463-7,8302-2',
    'not a status': 'MedicationRequest?status:not=active',
    'a missing element': 'Patient?death-date:missing=true',
    'a period': 'Encounter?date=ge2020-01-01&date=lt2021-01-01',
    'a week in order': 'Encounter?date=ge2023-03-06&date=lt2023-03-13&_sort=date',
    'newest of a period': 'Observation?date=ge2020-01-01&date=lt2021-01-01&_sort=-date',
    'changed lately': 'Observation?_lastUpdated=gt2099-01-01',
    'changed lately, in order': 'Observation?_lastUpdated=ge2020-01-01&_lastUpdated=lt2020-02-01&_sort=_lastUpdated',
    'unit converted': 'Observation?value-quantity=gt0.1|http://unitsofmeasure.org|t',
    'in a component': 'Observation?component-code-value-quantity=http://loinc.org|8480-6$gt150',
    'visits of a clinician': `Encounter?participant=${practitioner}&_include=Encounter:subject`,
    'two links': 'Observation?encounter.participant:Practitioner.family=Abel',
    'pointed to by two': `Patient?_has:Observation:subject:code=44261-6&_has:Condition:subject:code=35489007`,
    'counted only': 'Observation?code=8867-4&_summary=count',
    'includes that go on':
      'MedicationRequest?status=active&_include=MedicationRequest:encounter&_include:iterate=Encounter:subject',
  };
}

/** Every shape that has a contract, with values that occur in the data. */
export function shapesOf(bundles: readonly Transaction[], known: Known): Shape[] {
  const values = valuesOf(bundles);
  const { patients, practitioners } = known;
  const measured = Object.entries(SEARCH_GROUPS).map(([name, query]) => ({
    name,
    paths: searchPaths(query, values, known, DRAWS, 1),
  }));
  const others = Object.entries(everyday(patients[7] as string, practitioners[3] as string)).map(([name, path]) => ({
    name,
    paths: [path.replaceAll('|', '%7C').replaceAll('$', '%24')],
  }));
  return [...measured, ...others];
}
