import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { profileUrl } from '@mindbridge/fhir-profiles';
import { clinicThresholds, finalDocument, may, notPart2, ownSender } from '../rule.ts';
import { aggregates, everyStaff, opensApps } from './common.ts';

const chart =
  'Encounter Condition Observation RiskAssessment CarePlan CareTeam Goal Flag QuestionnaireResponse MedicationStatement';

/** Rows that case managers and supervisors share; `reach` is the parameter that names whose patients they are. */
function panelOf(reach: '%panel' | '%team'): AccessPolicyResource[] {
  const compartment = `_compartment=${reach}`;
  return [
    ...may('Patient', 'RVS', { where: [compartment, notPart2], hidden: ['extension'] }),
    ...may(chart, 'RVS', { where: [compartment, notPart2] }),
    ...may('CarePlan Goal Flag', 'CU', { where: [compartment, notPart2] }),
    ...may('DocumentReference', 'RS', { where: [compartment, finalDocument, notPart2] }),
    ...may('Task Appointment', 'CRSU', { where: [compartment] }),
    ...may('Communication', 'CRSU', { where: [compartment], constraint: ownSender }),
  ];
}

/** Case manager: the patients of their panel. Parameter `panel`: the reference that their patients carry as an account. */
export const caseManager: AccessPolicyResource[] = [
  ...everyStaff,
  ...aggregates,
  ...opensApps,
  ...panelOf('%panel'),
  ...may('DocumentReference', 'CRSU', {
    where: ['_compartment=%panel', 'author=%profile'],
    constraint: ["%after.docStatus.empty() or %after.docStatus != 'final'"],
  }),
];

/** Supervisor: the panels of their team, with reassignment, and without note writing. Parameter `team`: the team's Organization. */
export const supervisor: AccessPolicyResource[] = [
  ...everyStaff,
  ...aggregates,
  ...opensApps,
  ...panelOf('%team'),
  ...may('Basic', 'CRSU', {
    where: [clinicThresholds],
    constraint: [`%after.meta.profile.where($this = '${profileUrl.clinicRiskThresholds}').exists()`],
  }),
  ...may('CareTeam', 'U', { where: ['_compartment=%team', notPart2] }),
];
