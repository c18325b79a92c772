import type { BundleEntry, CareTeam, Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { botCanonical, idOf, labelled } from '../kit/index.ts';
import type { NewsDraft } from './score-observation.ts';

/** Minutes within which somebody is to acknowledge a high score, before it goes up the ladder. */
const MINUTES = 15;
const OPEN = 'draft,requested,received,accepted,ready,in-progress,on-hold';

/**
 * The one open alert of a patient whose NEWS2 is high: a Task that waits for somebody to acknowledge it, and climbs the
 * same ladder as an alert of risk. Nobody closes it but a person, also when the next score is lower.
 * @see https://www.rcp.ac.uk/improving-care/resources/national-early-warning-score-news-2/
 */
export function newsAlertEntries(
  { patientId, score, now }: NewsDraft,
  careTeams: readonly CareTeam[],
  urls: { readonly alert: string; readonly score: string },
): BundleEntry<Task>[] {
  if (score.risk !== 'high') {
    return [];
  }
  const owner = firstOf(careTeams, patientId);
  const task = labelled<Task>({
    resourceType: 'Task',
    identifier: [{ system: botCanonical.newsAlert, value: patientId }],
    status: 'requested',
    intent: 'order',
    priority: 'stat',
    code: { coding: [taskCoding.riskAlert] },
    description: `NEWS2 is ${score.score}, high: an emergency assessment by a clinician is due now.`,
    focus: { reference: urls.score },
    for: { reference: `Patient/${patientId}` },
    authoredOn: now.toISOString(),
    lastModified: now.toISOString(),
    ...(owner && { owner: { reference: owner } }),
    restriction: {
      period: { start: now.toISOString(), end: new Date(now.getTime() + MINUTES * 60_000).toISOString() },
    },
  } as Task);
  const ifNoneExist = `identifier=${botCanonical.newsAlert}|${patientId}&status=${OPEN}`;
  return [{ fullUrl: urls.alert, resource: task, request: { method: 'POST', url: 'Task', ifNoneExist } }];
}

/** The first practitioner of the patient's care teams; the ladder goes on from there. */
function firstOf(careTeams: readonly CareTeam[], patientId: string): string | undefined {
  const members = careTeams
    .filter(({ subject, status }) => idOf(subject, 'Patient') === patientId && status !== 'inactive')
    .flatMap(({ participant }) => participant ?? [])
    .map(({ member }) => idOf(member, 'Practitioner'));
  const found = members.find((id) => id !== undefined);
  return found && `Practitioner/${found}`;
}
