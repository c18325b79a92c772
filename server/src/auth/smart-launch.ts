import type { SmartAppLaunch } from '@medplum/fhirtypes';
import { resourceScopes } from '../access/index.ts';
import { type Queryable, sql } from '../database/index.ts';
import { invalid } from '../fhir/index.ts';
import { findById, storedResource } from './find-resource.ts';
import { launchClient } from './launch-context.ts';

/** Longest time between the making of a launch and its use. */
const LAUNCH_MS = 5 * 60_000;

/** What a launch puts into the session. */
export interface LaunchedContext {
  readonly patient?: string;
  readonly encounter?: string;
}

/** Who takes up a launch. */
export interface LaunchHolder {
  readonly tenant: number;
  readonly profile: string;
  /** Id of the client that signs in. */
  readonly client: string;
  readonly now: Date;
}

const idOf = (reference: string | undefined): string | undefined => reference?.split('/')[1];

/**
 * Spends a launch handle: it must be young, of this tenant, made by this person, for this app where it names one, and
 * not used before.
 * @throws FhirError 400 in the same words whatever is wrong with it.
 * @see https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-ehr-launch
 */
async function spendLaunch(database: Queryable, launch: string, holder: LaunchHolder): Promise<SmartAppLaunch> {
  const [row] = await database.query<{ content: string }>(
    sql`SELECT content FROM resource WHERE tenant = ${holder.tenant} AND type = 'SmartAppLaunch' AND id = ${launch}
      AND NOT deleted AND author = ${holder.profile} AND last_updated > ${new Date(holder.now.getTime() - LAUNCH_MS)}`,
  );
  const meant = row && launchClient(storedResource<SmartAppLaunch>(row.content));
  const first =
    row &&
    (meant === undefined || meant === `ClientApplication/${holder.client}`) &&
    (await database.query(
      sql`INSERT INTO single_use (tenant, kind, value, expires_at)
        VALUES (${holder.tenant}, 'launch', ${launch}, ${new Date(holder.now.getTime() + 2 * LAUNCH_MS)})
        ON CONFLICT DO NOTHING RETURNING value`,
    ));
  if (!row || !first || first.length === 0) {
    throw invalid('launch-invalid', 'The launch is unknown, too old, or was used before. Open the app again.');
  }
  return storedResource<SmartAppLaunch>(row.content);
}

/**
 * The context of a sign-in: from the launch handle, or the person's own record.
 * @throws FhirError 400 when scopes ask for a patient and there is none, or the launch is not good.
 */
export async function launchedContext(
  database: Queryable,
  request: { readonly scope: string; readonly launch: string },
  holder: LaunchHolder,
): Promise<LaunchedContext> {
  if (request.launch) {
    const launch = await spendLaunch(database, request.launch, holder);
    return needPatient(request.scope, {
      patient: idOf(launch.patient?.reference),
      encounter: idOf(launch.encounter?.reference),
    });
  }
  if (holder.profile.startsWith('Patient/')) {
    return { patient: idOf(holder.profile) };
  }
  return {};
}

/** What a session tells about its context. */
interface Contextual {
  readonly scope: string;
  readonly launch: string;
  readonly patient: string;
  readonly encounter: string;
}

/** Does the app need a patient that nobody has named yet? Then the person chooses one (`auth/patient`). */
export function needsPatient(session: Contextual): boolean {
  const scopes = session.scope.split(' ');
  const asks =
    scopes.includes('launch/patient') ||
    scopes.includes('launch/encounter') ||
    resourceScopes(session.scope).some(({ level }) => level === 'patient');
  return session.launch === '' && session.patient === '' && asks;
}

/** Does the app need an encounter that nobody has named yet? Then the person chooses one of the patient's (`auth/encounter`). */
export function needsEncounter(session: Contextual): boolean {
  const asks = session.scope.split(' ').includes('launch/encounter');
  return session.launch === '' && session.encounter === '' && asks;
}

/** The launch behind a session; undefined for a standalone one. */
export async function launchOf(
  database: Queryable,
  session: { readonly tenant: number; readonly launch: string },
): Promise<SmartAppLaunch | undefined> {
  return session.launch
    ? findById<SmartAppLaunch>(database, session.tenant, 'SmartAppLaunch', session.launch)
    : undefined;
}

function needPatient(scope: string, context: LaunchedContext): LaunchedContext {
  if (!context.patient && resourceScopes(scope).some((entry) => entry.level === 'patient')) {
    throw invalid('launch-no-patient', 'The app asks for one patient’s record, and no patient is in context');
  }
  return context;
}
