import type { Claim, Patient } from '@medplum/fhirtypes';
import type { JSX } from 'react';
import type { SearchResult } from '../../client/index.ts';
import { billedCode, codedClaim, displayName, noteQueries, useMe, useNow, useSearch } from '../../client/index.ts';
import {
  Card,
  EmptyState,
  ErrorState,
  LinkRow,
  ListSkeleton,
  Page,
  PatientBanner,
  Rows,
  shortDate,
  Tag,
  timeAgo,
} from '../../ui/index.ts';

/** Address of a draft claim in the app. */
export type ClaimPath = (claim: string) => string;

interface Line {
  readonly claim: string;
  readonly title: string;
  readonly detail: string;
  readonly open?: boolean;
}

function Lines(props: {
  title: string;
  result: SearchResult<'Task'> | SearchResult<'Claim'>;
  lines: readonly Line[];
  path: ClaimPath;
  empty: string;
}): JSX.Element {
  const { result, lines } = props;
  return (
    <Card title={props.title}>
      {result.state === 'loading' ? <ListSkeleton rows={3} label={`Loading: ${props.title}`} /> : null}
      {result.state === 'failed' && result.problem ? (
        <ErrorState problem={result.problem} onRetry={() => void result.reload()} />
      ) : null}
      {result.state === 'ready' && lines.length === 0 ? (
        <EmptyState title={props.empty}>Codes are suggested as soon as a note is signed.</EmptyState>
      ) : null}
      <Rows bleeding>
        {lines.map((line) => (
          <LinkRow
            key={line.claim}
            to={props.path(line.claim)}
            title={line.title}
            details={[line.detail]}
            aside={line.open ? <Tag tone="accent">To decide</Tag> : null}
          />
        ))}
      </Rows>
    </Card>
  );
}

function codesWords(claim: Claim): string {
  return codedClaim(claim)
    .suggestions.map((one) => billedCode(one) ?? one.display)
    .slice(0, 5)
    .join(', ');
}

function PatientClaims({ patient, path }: { patient: string; path: ClaimPath }): JSX.Element {
  const claims = useSearch('Claim', noteQueries.claimsOf(patient), { live: noteQueries.claimsLive(patient) });
  const lines = claims.resources.map((claim) => ({
    claim: claim.id ?? '',
    title: `Visit of ${shortDate(codedClaim(claim).day)}`,
    detail: codesWords(claim),
  }));
  return (
    <>
      <PatientBanner patient={patient} />
      <Lines title="Suggested codes" result={claims} lines={lines} path={path} empty="No codes for this patient" />
    </>
  );
}

function patientsOf(found: SearchResult<'Task'> | SearchResult<'Claim'>): ReadonlyMap<string, Patient> {
  return new Map(
    found.included.flatMap((one) => (one.resourceType === 'Patient' ? [[`Patient/${one.id}`, one as Patient]] : [])),
  );
}

function OwnCodings({ path }: { path: ClaimPath }): JSX.Element {
  const me = useMe();
  const now = useNow();
  const tasks = useSearch('Task', noteQueries.codingsOf(me.reference), { live: noteQueries.codingsLive });
  const names = patientsOf(tasks);
  const lines = tasks.resources.map((task) => ({
    claim: task.focus?.reference?.split('/')[1] ?? '',
    title: displayName(names.get(task.for?.reference ?? '')?.name),
    detail: `Suggested ${timeAgo(task.authoredOn ?? task.meta?.lastUpdated, now)}`,
    open: true,
  }));
  return <Lines title="Codes that wait for you" result={tasks} lines={lines} path={path} empty="Nothing to decide" />;
}

/** Where coding begins: the patient's draft claims when a patient is in context, and what waits for a decision. */
export function CodingHome({ patient, path }: { patient?: string; path: ClaimPath }): JSX.Element {
  return (
    <Page width="list" title={patient ? undefined : 'Codes'}>
      {patient ? <PatientClaims patient={patient} path={path} /> : null}
      <OwnCodings path={path} />
    </Page>
  );
}

/** The clinic's draft claims, for those who bill: codes of signed notes, without the notes. */
export function ClaimsToBill({ path }: { path: ClaimPath }): JSX.Element {
  const claims = useSearch('Claim', noteQueries.draftClaims, { live: noteQueries.draftClaimsLive });
  const patients = patientsOf(claims);
  const lines = claims.resources.map((claim) => ({
    claim: claim.id ?? '',
    title: displayName(patients.get(claim.patient?.reference ?? '')?.name),
    detail: [`Visit of ${shortDate(codedClaim(claim).day)}`, codesWords(claim)].filter(Boolean).join(' · '),
  }));
  return (
    <Page
      width="list"
      title="Claims"
      lead="Codes that were suggested for signed notes, each with its reason. Notes and transcripts stay with those who treat."
    >
      <Lines title="Draft claims" result={claims} lines={lines} path={path} empty="No draft claim" />
    </Page>
  );
}
