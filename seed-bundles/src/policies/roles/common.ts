import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { documentCoding } from '@mindbridge/fhir-profiles';
import { clinicThresholds, may, prompts } from '../rule.ts';

/** Directory and definitions, which every signed-in person reads; practitioners' private contact stays hidden. */
export const everyone: AccessPolicyResource[] = [
  ...may('Practitioner', 'RS', { hidden: ['telecom', 'address', 'birthDate'] }),
  ...may('PractitionerRole Organization Location HealthcareService Schedule Slot Questionnaire', 'RS'),
  ...may('ValueSet CodeSystem ConceptMap StructureDefinition SearchParameter', 'RS'),
  ...may('Project', 'RS', { hidden: ['secret', 'systemSecret', 'systemSetting'] }),
  ...may('ProjectMembership', 'RS', { where: ['profile=%profile'] }),
];

/** The clinic's aggregates: reports on nobody in particular. */
const reports = may('MeasureReport', 'RS', { where: ['subject:missing=true'] });

/** For those who see to patients: the clinic's aggregates, and where its bands begin. */
export const aggregates: AccessPolicyResource[] = [...reports, ...may('Basic', 'RS', { where: [clinicThresholds] })];

/** For those who choose what the AI asks: the versions of prompts, and what became of their drafts. */
export const choosesPrompts: AccessPolicyResource[] = [
  ...reports,
  ...may('DocumentReference', 'CRVSU', {
    where: [prompts],
    constraint: [
      `%after.type.coding.where(code = '${documentCoding.prompt.code}').exists() and %after.subject.empty()`,
    ],
  }),
];

/** What every member of the staff may do besides: open live screens. */
export const everyStaff: AccessPolicyResource[] = [
  ...everyone,
  ...may('Subscription', 'CRSUd', {
    where: ['type=websocket'],
    constraint: ["%after.channel.type = 'websocket'"],
  }),
];

/** Opening apps from the workspace: never a secret. */
export const launchesApps: AccessPolicyResource[] = [
  ...may('ClientApplication', 'RS', { hidden: ['secret', 'retiringSecret'] }),
  ...may('SmartAppLaunch', 'CR'),
];

/** What a clinician needs to open apps from the workspace and to have the risk bot run: no code. */
export const opensApps: AccessPolicyResource[] = [
  ...launchesApps,
  ...may('Bot', 'RS', { where: ['identifier=risk'], hidden: ['sourceCode', 'executableCode', 'code'] }),
];

const detectedIssueReadonly = ['status', 'code', 'severity', 'patient', 'author', 'implicated', 'evidence', 'detail'];

/** Findings of validators on notes, which clinicians read and answer. */
export const findings: AccessPolicyResource[] = [
  ...may('DetectedIssue GuidanceResponse', 'RS'),
  ...may('DetectedIssue', 'U', { readonly: detectedIssueReadonly }),
];
