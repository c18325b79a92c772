import { join, type SqlFragment, sql } from '../../database/index.ts';
import { FhirError, invalid, parseReference } from '../../fhir/index.ts';
import type { Indexer } from '../../indexing/index.ts';
import type { OperationRequest } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';

/** What reading somebody's observations needs. */
export interface ObservationReading {
  readonly search: Search;
  readonly indexer: Indexer;
}

type Pairs = readonly (readonly [string, string])[];

/** Whose observations: `patient` or `subject`, an id or a reference. @throws FhirError 400 */
export function subjectOf(pairs: Pairs): { readonly type: string; readonly id: string } {
  const found = pairs.find(([name]) => name === 'patient' || name === 'subject');
  if (!found) {
    throw invalid('operation-parameter', "'patient' or 'subject' is needed", 'patient');
  }
  const [name, value] = found;
  const reference = value.includes('/') ? parseReference(value) : { type: 'Patient', id: value };
  if (!reference || (name === 'patient' && reference.type !== 'Patient')) {
    throw invalid('operation-parameter', `'${name}' needs a reference such as Patient/123`, name);
  }
  return reference;
}

function denied(): FhirError {
  const issue = { severity: 'error', code: 'forbidden', key: 'interaction-denied' } as const;
  return new FhirError(403, [{ ...issue, text: 'You may not search Observation' }], 'forbidden');
}

/**
 * FROM and WHERE of the current observations of one subject that the caller may see and the criteria admit: `s` is the row
 * of the reference (`s.at` its clinical time), `r` the resource. One walk over the subject's references, newest first.
 */
export async function observationsOf(
  { search, indexer }: ObservationReading,
  request: OperationRequest,
  subject: { readonly type: string; readonly id: string },
  criteria: Pairs,
): Promise<SqlFragment> {
  const parameter = indexer.registry.of('Observation')?.parameters.get('subject');
  const keys = parameter?.sources.map((source) => source.key) ?? [];
  const query = search.forTenant(request.context.tenant).parse('Observation', criteria, { handling: 'strict' });
  const access = search.accessPredicate(request.grant, 'Observation', 'search', 'r.rid');
  if (access === 'none') {
    throw denied();
  }
  const conditions = [
    sql`s.tenant = ${request.context.tenant}`,
    sql`s.param = ANY(${keys}::int4[])`,
    sql`s.target_id = ${subject.id}`,
    sql`s.target_type = ${subject.type}`,
    sql`NOT r.deleted`,
    ...(access === 'all' ? [] : [access]),
    await search.condition(request.grant, query, 'Observation', 'r.rid'),
  ];
  return sql`FROM index_reference s JOIN resource r ON r.rid = s.rid WHERE ${join(conditions, ' AND ')}`;
}
