import type { Basic, Extension } from '@medplum/fhirtypes';
import { bandThreshold, extensionUrl, identifierSystem, profileUrl } from '@mindbridge/fhir-profiles';
import type { Band } from './band.ts';

/** From which band on a rise is an alert; critical alone is no choice, for high must not go unseen. */
export type AlertFrom = Extract<Band, 'low' | 'medium' | 'high'>;

/** What a supervisor sets for the clinic's risk alerts. */
export interface RiskThresholds {
  readonly alertFrom: AlertFrom;
  /** Hours within which an alert is to be acknowledged. Critical waits one hour, everywhere. */
  readonly mediumHours: number;
  readonly highHours: number;
  /** The lowest score of each band. */
  readonly mediumFrom: number;
  readonly highFrom: number;
  readonly criticalFrom: number;
}

/** A number that a supervisor sets. */
export type ThresholdNumber = Exclude<keyof RiskThresholds, 'alertFrom'>;

/** What counts where nobody has set anything. */
export const STANDARD_THRESHOLDS: RiskThresholds = {
  alertFrom: 'high',
  mediumHours: 8,
  highHours: 4,
  mediumFrom: bandThreshold.medium,
  highFrom: bandThreshold.high,
  criticalFrom: bandThreshold.critical,
};

/** The loosest that the server takes. */
export const LOOSEST: Readonly<Record<ThresholdNumber, number>> = {
  mediumHours: 24,
  highHours: 8,
  mediumFrom: 50,
  highFrom: 80,
  criticalFrom: 95,
};

const CRITICAL_HOURS = 1;
const ALERTS: readonly AlertFrom[] = ['low', 'medium', 'high'];

/** The search that finds the clinic's one set of thresholds. */
export const THRESHOLDS_QUERY = `identifier=${identifierSystem.riskThresholds}|clinic&_count=1`;

function parts(basic: Basic | undefined): readonly Extension[] {
  return basic?.extension?.find(({ url }) => url === extensionUrl.riskThresholds)?.extension ?? [];
}

/** What a resource says; the standard for whatever it does not say. */
export function riskThresholds(basic: Basic | undefined): RiskThresholds {
  const part = (name: string): Extension | undefined => parts(basic).find(({ url }) => url === name);
  const number = (name: ThresholdNumber): number => part(name)?.valueInteger ?? STANDARD_THRESHOLDS[name];
  return {
    alertFrom: ALERTS.find((band) => band === part('alertFrom')?.valueCode) ?? STANDARD_THRESHOLDS.alertFrom,
    mediumHours: number('mediumHours'),
    highHours: number('highHours'),
    mediumFrom: number('mediumFrom'),
    highFrom: number('highFrom'),
    criticalFrom: number('criticalFrom'),
  };
}

function bounded(set: RiskThresholds, name: ThresholdNumber, unit: string): string | undefined {
  const most = LOOSEST[name];
  const value = set[name];
  return Number.isInteger(value) && value >= 1 && value <= most ? undefined : `A whole ${unit} from 1 to ${most}`;
}

/** What keeps thresholds from being saved, by field; empty when nothing does. */
export function thresholdProblems(set: RiskThresholds): ReadonlyMap<ThresholdNumber, string> {
  const problems = new Map<ThresholdNumber, string>();
  for (const name of ['mediumHours', 'highHours', 'mediumFrom', 'highFrom', 'criticalFrom'] as const) {
    const problem = bounded(set, name, name.endsWith('Hours') ? 'number of hours' : 'score');
    if (problem) {
      problems.set(name, problem);
    }
  }
  if (problems.size === 0 && set.highHours > set.mediumHours) {
    problems.set('highHours', 'High may not wait longer than medium');
  }
  if (problems.size === 0 && set.highFrom <= set.mediumFrom) {
    problems.set('highFrom', 'High begins above medium');
  }
  if (problems.size === 0 && set.criticalFrom <= set.highFrom) {
    problems.set('criticalFrom', 'Critical begins above high');
  }
  return problems;
}

/** The resource that keeps the thresholds: the one there was, changed, or the first. */
export function thresholdsResource(before: Basic | undefined, set: RiskThresholds): Basic {
  const others = (before?.extension ?? []).filter(({ url }) => url !== extensionUrl.riskThresholds);
  const bands = (['mediumFrom', 'highFrom', 'criticalFrom'] as const).some(
    (name) => set[name] !== STANDARD_THRESHOLDS[name],
  );
  const own: Extension = {
    url: extensionUrl.riskThresholds,
    extension: [
      { url: 'alertFrom', valueCode: set.alertFrom },
      { url: 'criticalHours', valueInteger: CRITICAL_HOURS },
      { url: 'highHours', valueInteger: set.highHours },
      { url: 'mediumHours', valueInteger: set.mediumHours },
      ...(bands
        ? [
            { url: 'mediumFrom', valueInteger: set.mediumFrom },
            { url: 'highFrom', valueInteger: set.highFrom },
            { url: 'criticalFrom', valueInteger: set.criticalFrom },
          ]
        : []),
    ],
  };
  return {
    ...before,
    resourceType: 'Basic',
    meta: { ...before?.meta, profile: [profileUrl.clinicRiskThresholds] },
    identifier: [{ system: identifierSystem.riskThresholds, value: 'clinic' }],
    code: before?.code ?? { text: 'Risk thresholds' },
    extension: [...others, own],
  };
}
