import type { BundleEntry, CodeableConcept, Observation } from '@medplum/fhirtypes';
import { loincCoding, observationCoding, profileUrl, standardSystem, surveyCategory } from '@mindbridge/fhir-profiles';
import type { ChartContext } from './chart-context.ts';
import { clinicInstant } from './clinic-day.ts';
import { prng } from './prng.ts';
import { seedEntry, seedIdentifier } from './seed-entry.ts';

const survey: CodeableConcept[] = [{ coding: [surveyCategory] }];

/** What one Observation says beside its patient, status and code. */
interface Said {
  readonly key: string;
  readonly coding: { readonly system: string; readonly code: string; readonly display: string };
  readonly at: string;
  readonly value: Pick<Observation, 'valueInteger' | 'valueQuantity'>;
  readonly profile?: string;
}

function observation({ plan, patient }: ChartContext, said: Said): Observation {
  return {
    resourceType: 'Observation',
    ...(said.profile && { meta: { profile: [said.profile] } }),
    identifier: [seedIdentifier(`${plan.number}-${said.key}`)],
    status: 'final',
    category: survey,
    code: { coding: [{ ...said.coding }], text: said.coding.display },
    subject: patient,
    effectiveDateTime: said.at,
    ...said.value,
  };
}

/** One Observation per crisis call, on different days of the last four weeks, at any hour. */
function crisisCalls(context: ChartContext): Observation[] {
  const random = prng(`${context.plan.number} calls`);
  const days = random.shuffled(Array.from({ length: 27 }, (_, index) => index + 1));
  return days.slice(0, context.plan.facts.crisisCalls).map((day, index) =>
    observation(context, {
      key: `crisis-call-${index + 1}`,
      coding: observationCoding.crisisCall,
      at: clinicInstant(context.clinic, day, random.integer(0, 1439)),
      value: {},
      profile: profileUrl.crisisCall,
    }),
  );
}

/** The adherence of now, and two older values that led there. */
function adherence(context: ChartContext): Observation[] {
  const random = prng(`${context.plan.number} adherence`);
  const now = context.plan.facts.adherence;
  const recent = random.integer(3, 12);
  const older = [1, 2].map((step) => Math.max(0, Math.min(100, now + step * random.integer(-4, 9))));
  return [now, ...older].map((value, index) =>
    observation(context, {
      key: `adherence-${index + 1}`,
      coding: observationCoding.medicationAdherence,
      at: clinicInstant(context.clinic, recent + index * 28, 8 * 60),
      value: { valueQuantity: { value, unit: '%', system: standardSystem.ucum, code: '%' } },
      profile: profileUrl.medicationAdherence,
    }),
  );
}

function questionnaires(context: ChartContext): Observation[] {
  const { questionnaires: totals, facts } = context.plan;
  if (!totals) {
    return [];
  }
  const at = clinicInstant(context.clinic, facts.daysSinceSeen, 9 * 60 + 40);
  const answers = [
    { key: 'phq-9', coding: loincCoding.phq9Total, total: totals.phq9 },
    { key: 'phq-9-item-9', coding: loincCoding.phq9Item9, total: 0 },
    { key: 'gad-7', coding: loincCoding.gad7Total, total: totals.gad7 },
  ];
  return answers.map(({ key, coding, total }) =>
    observation(context, { key, coding, at, value: { valueInteger: total } }),
  );
}

/** Observations of one patient: crisis calls, adherence, and questionnaires where the plan has them. */
export function observationEntries(context: ChartContext): BundleEntry[] {
  return [...crisisCalls(context), ...adherence(context), ...questionnaires(context)].map(seedEntry);
}
