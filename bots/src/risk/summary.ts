import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import type { Band } from './bands.ts';

/** What became of one patient in a run. */
export type PatientResult =
  | {
      readonly kind: 'assessed';
      readonly patientId: string;
      readonly score: number;
      readonly band: Band;
      readonly assessmentId?: string;
    }
  | {
      readonly kind: 'abstained' | 'failed';
      readonly patientId: string;
      readonly code: string;
      readonly reason: string;
    };

/** Counts of a run; `high` includes `critical`. */
export interface RunStatistics {
  readonly total: number;
  readonly high: number;
  readonly critical: number;
  readonly medium: number;
  readonly low: number;
  readonly abstained: number;
  readonly failed: number;
}

/** Counts the results by band and by outcome. */
export function statisticsOf(results: readonly PatientResult[]): RunStatistics {
  const band = (...bands: readonly Band[]): number =>
    results.filter((each) => each.kind === 'assessed' && bands.includes(each.band)).length;
  const kind = (wanted: PatientResult['kind']): number => results.filter((each) => each.kind === wanted).length;
  return {
    total: results.length,
    high: band('high', 'critical'),
    critical: band('critical'),
    medium: band('medium'),
    low: band('low'),
    abstained: kind('abstained'),
    failed: kind('failed'),
  };
}

/**
 * The answer of a run: one `assessment` for each patient (parts `patient`, `score`, `band`, `assessment`; or `outcome`,
 * `code`, `reason`), and the `statistics`.
 * @see https://hl7.org/fhir/R4/parameters.html
 */
export function summaryOf(results: readonly PatientResult[]): Parameters {
  const statistics = Object.entries<number>({ ...statisticsOf(results) }).map(([name, valueInteger]) => ({
    name,
    valueInteger,
  }));
  return {
    resourceType: 'Parameters',
    parameter: [...results.map(assessmentParameter), { name: 'statistics', part: statistics }],
  };
}

function assessmentParameter(result: PatientResult): ParametersParameter {
  const patient = { name: 'patient', valueReference: { reference: `Patient/${result.patientId}` } };
  if (result.kind !== 'assessed') {
    const why = [
      { name: 'outcome', valueCode: result.kind },
      { name: 'code', valueCode: result.code },
      { name: 'reason', valueString: result.reason },
    ];
    return { name: 'assessment', part: [patient, ...why] };
  }
  const assessment = result.assessmentId
    ? [{ name: 'assessment', valueReference: { reference: `RiskAssessment/${result.assessmentId}` } }]
    : [];
  return {
    name: 'assessment',
    part: [
      patient,
      { name: 'outcome', valueCode: 'assessed' },
      { name: 'score', valueInteger: result.score },
      { name: 'band', valueCode: result.band },
      ...assessment,
    ],
  };
}
