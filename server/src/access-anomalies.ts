import type { Project, Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { type Database, sql } from './database/index.ts';
import type { Repository } from './repository/index.ts';
import type { Tenants } from './tenancy/index.ts';

export interface AccessAnomaliesDependencies {
  readonly database: Database;
  readonly tenants: Tenants;
  readonly systemRepository: (tenant: number) => Repository;
  readonly clock: () => Date;
}

/** Somebody who looked at more, or at another time, than is usual; never whose records. */
export interface AccessAnomaly {
  readonly kind: 'mass-read' | 'off-hours';
  readonly tenant: number;
  /** Such as `Practitioner/1`. */
  readonly agent: string;
  /** How many patients within the hour. */
  readonly patients: number;
}

const HOUR_MS = 3_600_000;
/** How many patients in an hour are too many, unless the Project setting `massReadPatients` says otherwise. */
const MANY_PATIENTS = 500;
/** Project setting such as `07-20 America/New_York`: outside, looking at records is worth a question. */
const OFFICE_HOURS = /^(\d{2})-(\d{2}) ([A-Za-z_+\-/0-9]+)$/;
const ANOMALY_ID = 'https://mindbridge.health/fhir/sid/access-anomaly';

/** Who looked at how many patients within the hour before `now`. */
async function looksOf(database: Database, now: Date): Promise<{ tenant: number; agent: string; patients: number }[]> {
  return database.query(
    sql`SELECT e.tenant, e.agent, count(DISTINCT p.id)::int4 AS patients
      FROM audit_entry e CROSS JOIN LATERAL unnest(coalesce(e.patients, ARRAY[e.patient])) AS p(id)
      WHERE e.at > ${new Date(now.getTime() - HOUR_MS)} AND e.at <= ${now} AND e.tenant >= 2 AND e.outcome = '0'
        AND e.agent LIKE 'Practitioner/%' AND p.id <> '' GROUP BY e.tenant, e.agent`,
  );
}

function isOutside(hours: string | undefined, now: Date): boolean {
  const [, from, to, timeZone] = OFFICE_HOURS.exec(hours ?? '') ?? [];
  if (!from || !to || !timeZone) {
    return false;
  }
  const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone }).format(now));
  return hour < Number(from) || hour >= Number(to);
}

async function anomaliesOf(deps: AccessAnomaliesDependencies, now: Date): Promise<AccessAnomaly[]> {
  const looks = Map.groupBy(await looksOf(deps.database, now), ({ tenant }) => tenant);
  const found: AccessAnomaly[] = [];
  for (const [tenant, list] of looks) {
    const clinic = await deps.tenants.find(tenant);
    const project = await deps.systemRepository(tenant).readResource<Project>('Project', clinic?.projectId ?? '');
    const setting = (name: string) => project.setting?.find((one) => one.name === name);
    const many = setting('massReadPatients')?.valueInteger ?? MANY_PATIENTS;
    const isOff = isOutside(setting('officeHours')?.valueString, now);
    for (const { agent, patients } of list) {
      found.push(...(patients >= many ? [{ kind: 'mass-read' as const, tenant, agent, patients }] : []));
      found.push(...(isOff ? [{ kind: 'off-hours' as const, tenant, agent, patients }] : []));
    }
  }
  return found;
}

/** One Task for a person, kind and day, for whoever watches over access. */
function taskOf(
  { kind, agent, patients }: AccessAnomaly,
  now: Date,
): Task & { identifier: { system: string; value: string }[] } {
  const value = `${kind}-${agent.replace('/', '-')}-${now.toISOString().slice(0, 10)}`;
  return {
    resourceType: 'Task',
    identifier: [{ system: ANOMALY_ID, value }],
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: { coding: [taskCoding.accessAnomaly], text: kind },
    description: `Records of ${patients} patients were looked at within an hour`,
    focus: { reference: agent },
  };
}

/** Looks at the accesses of the last hour, and asks about those that are out of the ordinary. Gives what it found. */
export async function reportAccessAnomalies(deps: AccessAnomaliesDependencies): Promise<AccessAnomaly[]> {
  const now = deps.clock();
  const found = await anomaliesOf(deps, now);
  for (const anomaly of found) {
    const task = taskOf(anomaly, now);
    const [{ system, value }] = task.identifier as [{ system: string; value: string }];
    await deps.systemRepository(anomaly.tenant).createIfNone('Task', task, `identifier=${system}|${value}`);
  }
  return found;
}
