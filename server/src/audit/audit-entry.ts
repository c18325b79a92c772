import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../fhir/index.ts';

/** One access, as it is kept: who, through which client, did what to which version, about whom, and how it ended. */
export interface AuditEntry {
  /** FHIR RESTful interaction, such as `read` or `search-type`, or the name of an operation. @see https://hl7.org/fhir/R4/valueset-type-restful-interaction.html */
  readonly interaction: string;
  readonly type: string;
  /** Empty for a search. */
  readonly id: string;
  /** 0 where no single version was touched. */
  readonly version: number;
  /** `0` success, `4` refused, `8` failed. @see https://hl7.org/fhir/R4/valueset-audit-event-outcome.html */
  readonly outcome: '0' | '4' | '8';
  /** How many resources were returned or written. */
  readonly entries: number;
  /** Ids of the patients whose records were touched, each once. */
  readonly patients?: Iterable<string>;
  /** More about it, such as names of search parameters or a reason; never a token, a password or the text of a record. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

interface AuditColumn {
  readonly name: string;
  readonly type: string;
}

/** Columns of `audit_entry` after tenant and at, with their PostgreSQL types, in the order of `auditValues`. */
export const AUDIT_COLUMNS: readonly AuditColumn[] = [
  { name: 'interaction', type: 'text' },
  { name: 'type', type: 'text' },
  { name: 'id', type: 'text' },
  { name: 'version', type: 'int4' },
  { name: 'agent', type: 'text' },
  { name: 'client', type: 'text' },
  { name: 'request_id', type: 'text' },
  { name: 'outcome', type: 'text' },
  { name: 'entries', type: 'int4' },
  { name: 'patient', type: 'text' },
  { name: 'patients', type: 'text' },
  { name: 'purpose', type: 'text' },
  { name: 'session', type: 'text' },
  { name: 'on_behalf_of', type: 'text' },
  { name: 'detail', type: 'text' },
];

/** The columns as they are selected from rows of AUDIT_COLUMNS: arrays travel as their text. */
export const AUDIT_SELECT = AUDIT_COLUMNS.map(({ name }) => (name === 'patients' ? 'patients::text[]' : name)).join(
  ', ',
);

/** FHIR ids need no quotes in an array literal; anything else does not get in. */
const SAFE_ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** A salt keeps a short detail from being guessed by its hash once it is redacted. */
function detailText(detail: AuditEntry['detail']): string {
  return detail ? JSON.stringify({ salt: randomUUID(), ...detail }) : '';
}

/** The values of one entry in the order of AUDIT_COLUMNS. */
export function auditValues(context: RequestContext, entry: AuditEntry): (string | number | null)[] {
  const patients = entry.patients ? [...entry.patients].filter((id) => SAFE_ID.test(id)) : [];
  const [only = ''] = patients.length === 1 ? patients : [];
  return [
    entry.interaction,
    entry.type,
    entry.id,
    entry.version,
    context.author,
    context.clientId ?? '',
    context.requestId,
    entry.outcome,
    entry.entries,
    only,
    patients.length > 1 ? `{${patients.join(',')}}` : null,
    context.purpose ?? '',
    context.loginId ?? '',
    context.onBehalfOf ?? '',
    detailText(entry.detail),
  ];
}
