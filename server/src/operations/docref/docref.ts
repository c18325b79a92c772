import { invalid, parseReference } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';
import { instantOf, operationParameters, refuseUnknown } from '../parameters.ts';

/** What `$docref` needs from the house. */
export interface DocrefDependencies {
  readonly search: Search;
}

const KNOWN = ['patient', 'start', 'end', 'type', 'on-demand', 'profile', '_count', '_cursor'];
const DEFAULT_COUNT = 100;
const MAX_COUNT = 1000;

type Pairs = readonly (readonly [string, string])[];

const namedValue = (pairs: Pairs, name: string): string | undefined => pairs.find(([key]) => key === name)?.[1];

/** The care the document tells of lies in the period; a document that does not say is judged by its own date. */
function periodFilter(start: string | undefined, end: string | undefined): string | undefined {
  const bounds = (parameter: string): string[] => [
    ...(start === undefined ? [] : [`${parameter} ge ${instantOf('start', start).toISOString()}`]),
    ...(end === undefined ? [] : [`${parameter} le ${endOf(end).toISOString()}`]),
  ];
  const care = bounds('period').join(' and ');
  return care === '' ? undefined : `(${care}) or (period pr false and ${bounds('date').join(' and ')})`;
}

/** The last moment of a date without a time. */
function endOf(end: string): Date {
  const instant = instantOf('end', end);
  return /^\d{4}-\d\d-\d\d$/.test(end) ? new Date(instant.getTime() + 86_399_999) : instant;
}

function criteriaOf(pairs: Pairs): URLSearchParams {
  const patient = namedValue(pairs, 'patient');
  const reference = patient?.includes('/') ? parseReference(patient) : { type: 'Patient', id: patient };

  if (!patient || reference?.type !== 'Patient') {
    throw invalid('operation-parameter', "'patient' needs the id of a patient", 'patient');
  }
  const params = new URLSearchParams({ patient: `Patient/${reference.id}`, status: 'current' });
  const type = namedValue(pairs, 'type');
  if (type !== undefined) {
    params.set('type', type);
  }
  const filter = periodFilter(namedValue(pairs, 'start'), namedValue(pairs, 'end'));
  if (filter !== undefined) {
    params.set('_filter', filter);
  }
  for (const name of ['_count', '_cursor']) {
    const value = namedValue(pairs, name);
    if (value !== undefined) {
      params.set(name, value);
    }
  }
  return params;
}

async function docref(dependencies: DocrefDependencies, request: OperationRequest): Promise<OperationResponse> {
  const pairs = operationParameters(request);
  refuseUnknown(pairs, KNOWN);
  const params = criteriaOf(pairs);
  const options = { handling: 'strict', defaultCount: DEFAULT_COUNT, maxCount: MAX_COUNT } as const;
  const page = await request.repository.searchPage(dependencies.search.parse('DocumentReference', params, options));
  if (page.next === undefined) {
    return { page: { entries: page.entries } };
  }
  const next = new URLSearchParams(Object.fromEntries(pairs));
  next.set('_cursor', page.next);
  return { page: { entries: page.entries, next } };
}

/**
 * `DocumentReference/$docref`: the current documents of a patient, by type and by the time of the care they tell of.
 * Documents are not made on demand.
 * @see https://hl7.org/fhir/us/core/OperationDefinition-docref.html
 */
export function docrefOperation(dependencies: DocrefDependencies): Operation {
  return {
    name: '$docref',
    level: 'type',
    types: ['DocumentReference'],
    methods: ['GET', 'POST'],
    definition: 'http://hl7.org/fhir/us/core/OperationDefinition/docref',
    handle: (request) => docref(dependencies, request),
  };
}
