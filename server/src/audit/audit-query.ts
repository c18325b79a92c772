import { type Database, join, raw, type SqlFragment, sql } from '../database/index.ts';
import { ENTRY_COLUMNS, type SealedEntry } from './sealed-entry.ts';

/** What is asked of the audit; every part narrows. */
export interface AuditFilter {
  /** Ids of patients: entries that touch one of them. */
  readonly patients?: readonly string[];
  readonly seqs?: readonly string[];
  /** Instants: from (inclusive) and before (exclusive). */
  readonly from?: Date;
  readonly before?: Date;
  /** References such as `Practitioner/1`. */
  readonly agents?: readonly string[];
  readonly outcomes?: readonly string[];
  /** Codes of AuditEvent.subtype: a kind of interaction finds all that are of it. */
  readonly interactions?: readonly string[];
  /** Codes of AuditEvent.action. */
  readonly actions?: readonly string[];
  /** The record that was touched. */
  readonly entity?: { readonly type: string; readonly id: string };
}

/** What an entry's AuditEvent.action is. @see https://hl7.org/fhir/R4/valueset-audit-event-action.html */
export const ACTION_OF: Readonly<Record<string, string>> = {
  create: 'C',
  read: 'R',
  vread: 'R',
  history: 'R',
  'history-instance': 'R',
  'history-type': 'R',
  'history-system': 'R',
  update: 'U',
  patch: 'U',
  delete: 'D',
};
const OTHER_ACTION = 'E';

/** Interactions that are of a wider kind. @see https://hl7.org/fhir/R4/codesystem-restful-interaction.html */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  search: ['search-type', 'search-system'],
  history: ['history-instance', 'history-type', 'history-system'],
};

/** Every operation is an `operation`, under its own name. */
function ofInteractions(wanted: readonly string[]): SqlFragment {
  const named = wanted.flatMap((code) => [code, ...(KINDS[code] ?? [])]);
  return wanted.includes('operation')
    ? sql`(e.interaction = ANY(${named}) OR e.interaction LIKE '$%')`
    : sql`e.interaction = ANY(${named})`;
}

function conditionsOf(tenant: number, filter: AuditFilter): SqlFragment[] {
  const found: SqlFragment[] = [sql`e.tenant = ${tenant}`];
  const add = (wanted: unknown, condition: SqlFragment): void => {
    if (wanted !== undefined) {
      found.push(condition);
    }
  };
  add(filter.seqs, sql`e.seq = ANY(${filter.seqs ?? []}::int8[])`);
  add(filter.from, sql`e.at >= ${filter.from}`);
  add(filter.before, sql`e.at < ${filter.before}`);
  add(filter.agents, sql`e.agent = ANY(${filter.agents ?? []})`);
  add(filter.outcomes, sql`e.outcome = ANY(${filter.outcomes ?? []})`);
  add(filter.interactions, ofInteractions(filter.interactions ?? []));
  add(filter.entity, sql`e.type = ${filter.entity?.type} AND e.id = ${filter.entity?.id}`);
  if (filter.actions) {
    const named = Object.keys(ACTION_OF);
    const wanted = named.filter((name) => filter.actions?.includes(ACTION_OF[name] ?? ''));
    found.push(
      filter.actions.includes(OTHER_ACTION)
        ? sql`(e.interaction = ANY(${wanted}) OR e.interaction <> ALL(${named}))`
        : sql`e.interaction = ANY(${wanted})`,
    );
  }
  return found;
}

/** The sources of entries under a filter: all of the tenant, or those of each patient by the three ways they are found: alone, sealed among others, not sealed yet. */
function sourcesOf(tenant: number, { patients }: AuditFilter): { from: SqlFragment; condition: SqlFragment }[] {
  if (!patients) {
    return [{ from: sql`audit_entry e`, condition: sql`true` }];
  }
  return [
    { from: sql`audit_entry e`, condition: sql`e.patient = ANY(${patients}) AND e.patient <> ''` },
    {
      from: sql`audit_entry e`,
      condition: sql`e.seq IN (SELECT unnest(p.seqs) FROM audit_patient p WHERE p.tenant = ${tenant} AND p.patient = ANY(${patients}))`,
    },
    {
      from: sql`audit_entry e`,
      // The bound is one sub-select: beneath row-level security an index takes no condition with a bare COALESCE in it.
      condition: sql`e.patients && ${patients}::text[] AND e.seq > (SELECT coalesce((SELECT b.to_seq FROM audit_batch b
        WHERE b.tenant = ${tenant} ORDER BY b.number DESC LIMIT 1), 0))`,
    },
  ];
}

/** Entries under a filter, the newest first, those before a sequence number when one is given. */
export async function findEntries(
  database: Database,
  tenant: number,
  filter: AuditFilter,
  page: { readonly count: number; readonly cursor?: string },
): Promise<SealedEntry[]> {
  const conditions = conditionsOf(tenant, filter);
  if (page.cursor !== undefined) {
    conditions.push(sql`e.seq < ${page.cursor}::int8`);
  }
  const parts = sourcesOf(tenant, filter).map(
    ({ from, condition }) =>
      sql`(SELECT e.* FROM ${from} WHERE ${join([...conditions, condition], ' AND ')} ORDER BY e.seq DESC LIMIT ${page.count})`,
  );
  return database
    .forTenant(tenant)
    .query<SealedEntry>(
      sql`SELECT ${ENTRY_COLUMNS} FROM (${join(parts, ' UNION ALL ')}) audit_entry ORDER BY audit_entry.seq DESC LIMIT ${page.count}`,
    );
}

/** How many entries a filter has. */
export async function countEntries(database: Database, tenant: number, filter: AuditFilter): Promise<number> {
  const parts = sourcesOf(tenant, filter).map(
    ({ from, condition }) =>
      sql`(SELECT count(*) AS n FROM ${from} WHERE ${join([...conditionsOf(tenant, filter), condition], ' AND ')})`,
  );
  const [row] = await database
    .forTenant(tenant)
    .query<{ n: number }>(sql`SELECT sum(n)::int4 AS n FROM (${join(parts, ' UNION ALL ')}) counted`);
  return row?.n ?? 0;
}

/** One line of an accounting: what somebody did with a patient's records, how often, from when to when. */
export interface Disclosure {
  readonly agent: string;
  readonly client: string;
  readonly on_behalf_of: string;
  readonly purpose: string;
  readonly interaction: string;
  readonly type: string;
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
}

const SAME = raw('agent, client, on_behalf_of, purpose, interaction, type');

/** Who saw or changed a patient's records: successful accesses by person, client, purpose and kind, the latest first. */
export function disclosuresOf(
  database: Database,
  tenant: number,
  patient: string,
  period: Pick<AuditFilter, 'from' | 'before'>,
): Promise<Disclosure[]> {
  const filter: AuditFilter = { ...period, patients: [patient], outcomes: ['0'] };
  const parts = sourcesOf(tenant, filter).map(
    ({ from, condition }) =>
      sql`(SELECT ${SAME}, e.at FROM ${from} WHERE ${join([...conditionsOf(tenant, filter), condition], ' AND ')})`,
  );
  return database.forTenant(tenant).query<Disclosure>(
    sql`SELECT ${SAME}, count(*)::int4 AS count, min(at) AS first, max(at) AS last
      FROM (${join(parts, ' UNION ALL ')}) touched GROUP BY ${SAME} ORDER BY max(at) DESC LIMIT 10000`,
  );
}
