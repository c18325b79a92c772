import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  MedicationRequest,
  Observation,
  ObservationComponent,
  Quantity,
  Resource,
} from '@medplum/fhirtypes';
import { standardSystem } from '@mindbridge/fhir-profiles';
import { codingOf, ofType, versionedReference } from '../kit/index.ts';
import { isAddressed } from './addressed-words.ts';
import type { DraftSentence, RecordSupport } from './draft-note.ts';

/** What the record adds to a visit. */
export interface ChartFacts {
  /** One line each: what a draft may say although nobody said it in the visit. Least data: names of things, no free text. */
  readonly lines: readonly string[];
  /** Sentences of the objective part that come from values measured in this visit. */
  readonly measured: readonly DraftSentence[];
  /** Versioned references of everything that was used. */
  readonly sources: readonly string[];
}

/** Longest name of a thing that is taken from the record. */
const LONGEST = 120;

/** Reads what the record adds. Total: whatever element is missing, that line is missing. */
export function chartFacts(resources: readonly Resource[], encounter: string): ChartFacts {
  const conditions = ofType(resources, 'Condition').filter(isActive);
  const allergies = ofType(resources, 'AllergyIntolerance').filter(isActive);
  const medicines = ofType(resources, 'MedicationRequest').filter((each) => each.status === 'active');
  const vitals = ofType(resources, 'Observation').filter(
    (each) => each.encounter?.reference === encounter && ['final', 'amended', 'corrected'].includes(each.status ?? ''),
  );
  const named: (readonly [string, Resource, string | undefined])[] = [
    ...conditions.map((each) => ['Problem', each, nameOf(each.code)] as const),
    ...allergies.map((each) => ['Allergy', each, nameOf(each.code)] as const),
    ...medicines.map((each) => ['Medicine', each, medicineOf(each)] as const),
  ];
  const lines = named.flatMap(([kind, resource, name]) =>
    name ? [{ line: `${kind}: ${name}.`, source: versionedReference(resource) }] : [],
  );
  const measured = vitals.flatMap(measuredSentence);
  const sources = [
    ...lines.map((each) => each.source),
    ...measured.flatMap((each) => each.records?.map(({ source }) => source)),
  ];
  return {
    lines: [...lines.map((each) => each.line), ...measured.map((each) => each.text)],
    measured,
    sources: [...new Set(sources.filter((each) => each !== undefined))],
  };
}

function isActive({ clinicalStatus }: Condition | AllergyIntolerance): boolean {
  const code = clinicalStatus?.coding?.[0]?.code;
  return code === undefined || ['active', 'recurrence', 'relapse'].includes(code);
}

function nameOf(concept: CodeableConcept | undefined): string | undefined {
  const name = (concept?.coding?.find((each) => each.display)?.display ?? concept?.text)?.trim();
  return name && name.length <= LONGEST && !isAddressed(name) ? name : undefined;
}

function medicineOf({ medicationCodeableConcept, dosageInstruction }: MedicationRequest): string | undefined {
  const dose = dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity;
  const name = nameOf(medicationCodeableConcept);
  return name && [name, dose?.value, dose?.unit].filter((each) => each !== undefined).join(' ');
}

/** Vital signs by their LOINC codes, as a note names them. @see https://loinc.org/vital-signs */
const vitalNames: Readonly<Record<string, string>> = {
  '8867-4': 'Heart rate',
  '9279-1': 'Respiratory rate',
  '8310-5': 'Temperature',
  '2708-6': 'Oxygen saturation',
  '59408-5': 'Oxygen saturation',
  '29463-7': 'Weight',
  '8302-2': 'Height',
  '39156-5': 'Body mass index',
  '44261-6': 'PHQ-9 total score',
  '70274-6': 'GAD-7 total score',
};
const [SYSTOLIC, DIASTOLIC] = ['8480-6', '8462-4'];

function measuredSentence(observation: Observation): DraftSentence[] {
  const source = versionedReference(observation);
  if (!source) {
    return [];
  }
  const pressure = bloodPressure(observation, source);
  const code = codingOf(observation.code, standardSystem.loinc)?.code ?? '';
  const name = vitalNames[code];
  const value = numberOf(observation.valueQuantity) ?? observation.valueInteger;
  if (pressure) {
    return [pressure];
  }
  if (!name || value === undefined) {
    return [];
  }
  const path = observation.valueQuantity ? 'valueQuantity.value' : 'valueInteger';
  const text = `${name} ${value}${unitOf(observation.valueQuantity)}.`;
  return [sentenceOf(text, [{ source, path, quote: String(value) }])];
}

function bloodPressure({ component = [] }: Observation, source: string): DraftSentence | undefined {
  const part = (code: string): readonly [number, ObservationComponent | undefined] => {
    const at = component.findIndex((each) => codingOf(each.code, standardSystem.loinc)?.code === code);
    return [at, component[at]];
  };
  const values = [SYSTOLIC, DIASTOLIC].map((code = ''): RecordSupport | undefined => {
    const [at, found] = part(code);
    const value = numberOf(found?.valueQuantity);
    return value === undefined
      ? undefined
      : { source, path: `component.${at}.valueQuantity.value`, quote: String(value) };
  });
  const [systolic, diastolic] = values;
  return systolic && diastolic
    ? sentenceOf(`Blood pressure ${systolic.quote}/${diastolic.quote} mmHg.`, [systolic, diastolic])
    : undefined;
}

function sentenceOf(text: string, records: readonly RecordSupport[]): DraftSentence {
  return { section: 'exam', text, support: [], records };
}

function numberOf(quantity: Quantity | undefined): number | undefined {
  return Number.isFinite(quantity?.value) ? quantity?.value : undefined;
}

/** Units as a note writes them. */
const written: Readonly<Record<string, string>> = {
  '/min': ' per minute',
  '%': '%',
  Cel: ' °C',
  '[degF]': ' °F',
  kg: ' kg',
  '[lb_av]': ' pounds',
  cm: ' cm',
  'kg/m2': ' kg/m2',
};

function unitOf(quantity: Quantity | undefined): string {
  return written[quantity?.code ?? quantity?.unit ?? ''] ?? '';
}
