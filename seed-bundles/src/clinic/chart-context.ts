import type { Patient, Reference } from '@medplum/fhirtypes';
import type { ClinicDay } from './clinic-day.ts';
import type { PatientPlan } from './patient-plan.ts';

/** Literal references of the clinic's own resources, known once those are loaded. */
export interface ClinicReferences {
  readonly organization: string;
  readonly team: string;
  readonly location: string;
  /** Case managers in the order of the plan's panels. */
  readonly caseManagers: readonly Reference[];
  readonly physicians: readonly Reference[];
}

/** One patient with what their chart is relative to. */
export interface ChartContext {
  readonly plan: PatientPlan;
  readonly clinic: ClinicDay;
  readonly references: ClinicReferences;
  /** Reference to the patient's own entry. */
  readonly patient: Reference<Patient>;
  readonly caseManager: Reference;
  readonly physician: Reference;
}
