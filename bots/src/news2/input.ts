import type { CodeableConcept, Observation, ObservationComponent, Quantity } from '@medplum/fhirtypes';
import { observationCoding, standardSystem } from '@mindbridge/fhir-profiles';
import { fhirInterval, hasCode, versionedReference } from '../kit/index.ts';
import type { OxygenScale, VitalSign, Vitals } from './engine.ts';

/** LOINC codes of the inputs, each with those that mean the same. @see https://loinc.org/vital-signs */
export const vitalCodes = {
  respiratoryRate: ['9279-1'],
  oxygenSaturation: ['2708-6', '59408-5'],
  systolicPressure: ['8480-6'],
  pulse: ['8867-4', '8889-8'],
  temperature: ['8310-5', '8331-1', '8329-5', '8328-7'],
  oxygenFlow: ['3151-8'],
  consciousness: ['80288-4', '67775-7'],
  /** Panels that hold some of these as components: blood pressure, vital signs. */
  panels: ['85354-9', '85353-1'],
} as const;

/** LOINC and SNOMED CT answers for consciousness. */
const consciousnessAnswers: Readonly<Record<string, 'A' | 'C' | 'V' | 'P' | 'U'>> = {
  'LA9340-6': 'A',
  'LA17108-4': 'V',
  'LA9341-4': 'V',
  'LA17107-6': 'P',
  'LA9342-2': 'P',
  'LA9343-0': 'U',
  '248234008': 'A',
  '130987000': 'C',
  '300202002': 'V',
  '450847001': 'P',
  '422107003': 'U',
};

/** Hours after which a vital sign is stale. */
export const vitalsWindowHours = 24;

type Part = Observation | ObservationComponent;

interface Dated {
  readonly part: Part;
  readonly at: number;
  /** Versioned reference of the whole Observation. */
  readonly basis?: string;
}

/** Reads the latest vital signs, in the units of NEWS2. Total: what is missing or in a foreign unit stays missing. */
export function readVitals(observations: readonly Observation[], now: Date, timeZone: string): Vitals {
  const parts = observations.flatMap((each) => datedParts(each, now.getTime(), timeZone));
  const latest = (wanted: readonly string[]): Dated | undefined =>
    parts.filter(({ part }) => isCoded(part.code, wanted)).sort((a, b) => b.at - a.at || compare(a, b))[0];
  const stale = (at: number): boolean => now.getTime() - at > vitalsWindowHours * 3_600_000;
  const sign = (wanted: readonly string[], read: (quantity: Quantity) => number | undefined): VitalSign | undefined => {
    const found = latest(wanted);
    const value = found?.part.valueQuantity && read(found.part.valueQuantity);
    return found && value !== undefined ? { value, stale: stale(found.at), basis: found.basis } : undefined;
  };
  const oxygen = latest(vitalCodes.oxygenFlow);
  const alert = latest(vitalCodes.consciousness);
  const answer = alert?.part.valueCodeableConcept?.coding
    ?.map((each) => consciousnessAnswers[each.code ?? ''])
    .find(Boolean);
  return {
    respiratoryRate: sign(vitalCodes.respiratoryRate, (quantity) =>
      inUnit(quantity, ['/min', '{breaths}/min', '{Breaths}/min']),
    ),
    oxygenSaturation: sign(vitalCodes.oxygenSaturation, (quantity) => inUnit(quantity, ['%'])),
    systolicPressure: sign(vitalCodes.systolicPressure, pressure),
    pulse: sign(vitalCodes.pulse, (quantity) => inUnit(quantity, ['/min', '{beats}/min', '{Beats}/min'])),
    temperature: sign(vitalCodes.temperature, celsius),
    ...(oxygen && {
      supplementalOxygen: {
        value: (oxygen.part.valueQuantity?.value ?? 0) > 0,
        stale: stale(oxygen.at),
        basis: oxygen.basis,
      },
    }),
    ...(alert && answer && { consciousness: { value: answer, stale: stale(alert.at), basis: alert.basis } }),
  };
}

function datedParts(observation: Observation, now: number, timeZone: string): Dated[] {
  const text =
    observation.effectiveDateTime ??
    observation.effectiveInstant ??
    observation.effectivePeriod?.end ??
    observation.issued;
  const interval = fhirInterval(text, timeZone);
  const stated = !['entered-in-error', 'cancelled', 'registered'].includes(observation.status ?? '');
  if (!interval || !stated || interval.start > now) {
    return [];
  }
  const at = Math.min(interval.end - 1, now);
  const basis = versionedReference(observation);
  return [observation, ...(observation.component ?? [])].map((part) => ({ part, at, basis }));
}

/** The SpO2 scale on which a clinician decided last for this patient, with its source; without a decision scale 1. */
export function readOxygenScale(
  observations: readonly Observation[],
  now: Date,
  timeZone: string,
): { readonly scale: OxygenScale; readonly basis?: string } {
  const { system, code } = observationCoding.news2OxygenScale;
  const [latest] = observations
    .filter((each) => hasCode(each.code, system, code))
    .flatMap((each) => datedParts(each, now.getTime(), timeZone).slice(0, 1))
    .sort((a, b) => b.at - a.at);
  const isTwo = latest !== undefined && 'valueInteger' in latest.part && latest.part.valueInteger === 2;
  return { scale: isTwo ? 2 : 1, ...(latest?.basis && { basis: latest.basis }) };
}

function isCoded(concept: CodeableConcept | undefined, wanted: readonly string[]): boolean {
  return wanted.some((code) => hasCode(concept, standardSystem.loinc, code));
}

/** Of two at the same instant the one with the lower value, so that the order of the chart does not matter. */
function compare(a: Dated, b: Dated): number {
  return (a.part.valueQuantity?.value ?? 0) - (b.part.valueQuantity?.value ?? 0);
}

function inUnit(quantity: Quantity, units: readonly string[]): number | undefined {
  return units.includes(quantity.code ?? quantity.unit ?? '') ? quantity.value : undefined;
}

function pressure(quantity: Quantity): number | undefined {
  const kilopascal = inUnit(quantity, ['kPa']);
  return kilopascal === undefined ? inUnit(quantity, ['mm[Hg]', 'mmHg']) : kilopascal * 7.50062;
}

function celsius(quantity: Quantity): number | undefined {
  const fahrenheit = inUnit(quantity, ['[degF]', '°F', 'F']);
  return fahrenheit === undefined ? inUnit(quantity, ['Cel', '°C', 'C']) : ((fahrenheit - 32) * 5) / 9;
}
