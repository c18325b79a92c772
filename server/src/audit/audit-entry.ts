import type { RequestContext } from '../fhir/index.ts';

/** One access, as it is kept: who, through which client, did what to which version, and how it ended. */
export interface AuditEntry {
  /** FHIR RESTful interaction, such as `read` or `search-type`. @see https://hl7.org/fhir/R4/valueset-type-restful-interaction.html */
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
}

/** Columns of `audit_entry` after tenant and at, with their PostgreSQL types, in the order of `auditValues`. */
export const AUDIT_COLUMNS = [
  { name: 'interaction', type: 'text' },
  { name: 'type', type: 'text' },
  { name: 'id', type: 'text' },
  { name: 'version', type: 'int4' },
  { name: 'agent', type: 'text' },
  { name: 'client', type: 'text' },
  { name: 'request_id', type: 'text' },
  { name: 'outcome', type: 'text' },
  { name: 'entries', type: 'int4' },
] as const;

/** The values of one entry in the order of AUDIT_COLUMNS. */
export function auditValues(context: RequestContext, entry: AuditEntry): (string | number)[] {
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
  ];
}
