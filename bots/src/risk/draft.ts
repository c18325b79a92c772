import type { BundleEntry, Device, Observation, ObservationComponent, RiskAssessment } from '@medplum/fhirtypes';
import {
  extensionUrl,
  identifierSystem,
  observationCoding,
  profileUrl,
  riskBandCoding,
  riskFactorCoding,
  riskProbabilityCoding,
  standardSystem,
  surveyCategory,
} from '@mindbridge/fhir-profiles';
import {
  botCanonical,
  deviceEntry,
  type EngineIdentity,
  type EngineKind,
  labelled,
  localUuid,
  provenanceOf,
  versionedReference,
} from '../kit/index.ts';
import { alertEntries } from './alert.ts';
import type { Assessment } from './assessment.ts';
import { type Contribution, riskEngine } from './engine.ts';
import {
  bandExtensions,
  changeExtensions,
  contributionExtension,
  counterfactualExtension,
  factorQuantity,
  trendExtension,
} from './explanation.ts';
import { narrativePrompt } from './model-narrative.ts';
import { flagEntries, type OutreachContext, taskEntries } from './outreach.ts';
import type { PatientRecord } from './reads.ts';
import { severityOf } from './severity.ts';
import type { Thresholds } from './thresholds.ts';
import type { Trend } from './trend.ts';

/** Everything that one run writes for one patient. */
export interface RunDraft {
  readonly record: PatientRecord;
  readonly assessment: Assessment;
  readonly narrative: { readonly engine: EngineKind; readonly text: string };
  /** Key of this run; the same event gives the same key. */
  readonly runKey: string;
  readonly device?: Device;
  /** The clinic's thresholds of alerts. */
  readonly thresholds: Thresholds;
  readonly now: Date;
  readonly timeZone: string;
}

/** Versions that a run stands on: every basis of a factor, the patient, and the thresholds that a supervisor set. */
export function sourcesOf(draft: RunDraft): string[] {
  const basis = draft.assessment.score.contributions.flatMap((each) => each.basis);
  const patient = versionedReference(draft.record.patient);
  const thresholds = draft.thresholds.basis;
  return [...new Set([...(patient ? [patient] : []), ...basis, ...(thresholds ? [thresholds] : [])])];
}

/**
 * The transaction of one run: a new RiskAssessment, the one score Observation, Task, Flag and alert where they are due, the
 * engine's Device where it is new, and the Provenance over all of it. At most seven entries.
 */
export function transactionOf(draft: RunDraft): BundleEntry[] {
  const urn = (name: string): string => `urn:uuid:${localUuid(`${draft.runKey} ${name}`)}`;
  const assessmentUrl = urn('assessment');
  const outreach: OutreachContext = {
    record: draft.record,
    band: draft.assessment.score.band,
    recommendation: draft.assessment.recommendation,
    assessment: assessmentUrl,
    now: draft.now,
    timeZone: draft.timeZone,
  };
  const drafted: BundleEntry[] = [
    assessmentEntry(draft, assessmentUrl),
    scoreEntry(draft, urn('score')),
    ...taskEntries(outreach, urn('task')),
    ...flagEntries(outreach, urn('flag')),
    ...alertEntries({ ...draft, change: draft.assessment.change, assessment: assessmentUrl }, urn('alert')),
  ];
  const device = draft.device?.id ? `Device/${draft.device.id}` : urn('device');
  const provenance = provenanceOf({
    engine: riskEngine,
    device: { reference: device },
    targets: drafted.map((entry) => entry.fullUrl ?? ''),
    sources: sourcesOf(draft),
    recorded: draft.now.toISOString(),
  });
  return [
    ...(draft.device?.id ? [] : [deviceEntry(riskEngine, device)]),
    ...drafted,
    { fullUrl: urn('provenance'), resource: provenance, request: { method: 'POST', url: 'Provenance' } },
  ];
}

/** Identity of the wording by Claude: one Device per version of the prompt. */
function narrativeEngine(): EngineIdentity {
  return { name: 'risk-narrative-claude', version: narrativePrompt.version, display: 'MindBridge narrative by Claude' };
}

/** The second version of an assessment, with the model's wording, and who worded it. */
export function rephrasedEntries(draft: RunDraft, assessmentId: string, text: string): BundleEntry[] {
  const engine = narrativeEngine();
  const target = `RiskAssessment/${assessmentId}`;
  const device = `urn:uuid:${localUuid(`${draft.runKey} narrative device`)}`;
  const resource = { ...riskAssessmentOf({ ...draft, narrative: { engine: 'claude', text } }), id: assessmentId };
  const recorded = draft.now.toISOString();
  const provenance = provenanceOf({
    engine,
    device: { reference: device },
    targets: [target],
    sources: sourcesOf(draft),
    recorded,
  });
  return [
    deviceEntry(engine, device),
    { fullUrl: target, resource, request: { method: 'PUT', url: target } },
    {
      fullUrl: `urn:uuid:${localUuid(`${draft.runKey} narrative provenance`)}`,
      resource: provenance,
      request: { method: 'POST', url: 'Provenance' },
    },
  ];
}

function assessmentEntry(draft: RunDraft, fullUrl: string): BundleEntry {
  return {
    fullUrl,
    resource: riskAssessmentOf(draft),
    request: {
      method: 'POST',
      url: 'RiskAssessment',
      ifNoneExist: `identifier=${botCanonical.riskRun}|${draft.runKey}`,
    },
  };
}

/** The RiskAssessment of a run. @see https://hl7.org/fhir/R4/riskassessment.html */
export function riskAssessmentOf(draft: RunDraft): RiskAssessment {
  const { assessment, narrative } = draft;
  const { score } = assessment;
  return labelled<RiskAssessment>({
    resourceType: 'RiskAssessment',
    meta: { profile: [profileUrl.riskAssessment] },
    identifier: [{ system: botCanonical.riskRun, value: draft.runKey }],
    extension: [
      { url: extensionUrl.riskScore, valueInteger: score.score },
      ...score.contributions.map(contributionExtension),
      ...assessment.counterfactuals.map(counterfactualExtension),
      ...changeExtensions(assessment.change),
      ...assessment.trends.map(trendExtension),
      ...bandExtensions(assessment.cuts),
      { url: extensionUrl.narrativeEngine, valueCode: narrative.engine },
    ],
    status: 'final',
    method: { text: `${riskEngine.display} ${riskEngine.version}` },
    subject: { reference: `Patient/${draft.record.patient.id}` },
    occurrenceDateTime: draft.now.toISOString(),
    basis: sourcesOf(draft).map((reference) => ({ reference })),
    prediction: [
      {
        outcome: { text: 'Crisis without timely contact' },
        qualitativeRisk: { coding: [riskBandCoding[score.band], riskProbabilityCoding[score.band]] },
        rationale: rationaleOfAll(assessment),
      },
    ],
    mitigation: assessment.recommendation,
    note: [{ text: narrative.text, time: draft.now.toISOString() }],
  });
}

function rationaleOfAll({ score, trends }: Assessment): string {
  const counted = score.contributions.filter(({ points }) => points !== 0);
  const factors = counted.length === 0 ? ['No factor adds to the score'] : counted.map(rationaleOf);
  return [...factors, ...trends.map(trendShown)].join('; ');
}

function trendShown({ of, direction, perWeek, weeks }: Trend): string {
  const slope = direction === 'steady' ? '' : `, ${perWeek > 0 ? '+' : ''}${perWeek} a week`;
  return `Trend of ${of} over ${weeks} weeks: ${direction}${slope}`;
}

function rationaleOf({ factor, points, value }: Contribution): string {
  const display = Object.values(riskFactorCoding).find((coding) => coding.code === factor)?.display ?? factor;
  const severity = value === undefined ? undefined : severityOf(factor, value);
  const shown = value === undefined ? '' : ` ${value}${severity ? ` (${severity})` : ''}`;
  return `${display}${shown}: ${points > 0 ? '+' : ''}${points}`;
}

function scoreEntry(draft: RunDraft, fullUrl: string): BundleEntry {
  const { score: existing, patient } = draft.record;
  const resource = scoreObservationOf(draft);
  if (!existing?.id) {
    const url = `Observation?identifier=${identifierSystem.riskScore}|${patient.id}`;
    return { fullUrl, resource, request: { method: 'PUT', url } };
  }
  const version = existing.meta?.versionId;
  return {
    fullUrl: `Observation/${existing.id}`,
    resource: { ...resource, id: existing.id },
    request: { method: 'PUT', url: `Observation/${existing.id}`, ...(version && { ifMatch: `W/"${version}"` }) },
  };
}

/** The patient's one score Observation, with a component for the band and one for each factor that has a value. */
export function scoreObservationOf(draft: RunDraft): Observation {
  const { score, cuts } = draft.assessment;
  const band = { coding: [riskBandCoding[score.band]] };
  const extension = bandExtensions(cuts);
  return labelled<Observation>({
    resourceType: 'Observation',
    meta: { profile: [profileUrl.riskScoreObservation] },
    ...(extension.length > 0 && { extension }),
    identifier: [{ system: identifierSystem.riskScore, value: draft.record.patient.id }],
    status: 'final',
    category: [{ coding: [surveyCategory] }],
    code: { coding: [observationCoding.riskScore] },
    subject: { reference: `Patient/${draft.record.patient.id}` },
    effectiveDateTime: draft.now.toISOString(),
    valueQuantity: { value: score.score, unit: '{score}', system: standardSystem.ucum, code: '{score}' },
    interpretation: [band],
    component: [
      { code: { coding: [observationCoding.riskBand] }, valueCodeableConcept: band },
      ...score.contributions.flatMap(factorComponent),
    ],
  });
}

function factorComponent({ factor, value }: Contribution): ObservationComponent[] {
  const coding = Object.values(riskFactorCoding).find((each) => each.code === factor);
  return coding && value !== undefined
    ? [{ code: { coding: [coding] }, valueQuantity: factorQuantity(factor, value) }]
    : [];
}
