import { hiddenFields, type PatientReach, patientReach } from '../../access/index.ts';
import { type AuditFilter, countEntries, entryPatients, findEntries, storedAuditEvent } from '../../audit/index.ts';
import { FhirError, forbidden, invalid, notFound, parseReference } from '../../fhir/index.ts';
import { searchsetText } from '../bundle-text.ts';
import { type Exchange, type Interaction, presentation, versionHeaders } from '../exchange.ts';
import { preferences } from '../fhir-request.ts';
import { presented } from '../present.ts';
import { dateRange } from './date-range.ts';
import { pageLinks, searchParameters } from './search.ts';

const DEFAULT_COUNT = 50;
const MAX_COUNT = 1000;
/** Parameters that say how, not what. */
const RESULT = new Set(['_count', '_cursor', '_sort', '_total']);

function wholeNumber(params: URLSearchParams, name: string): string | undefined {
  const value = params.get(name);
  if (value !== null && !/^\d{1,18}$/.test(value)) {
    throw invalid('count', `Needed a whole number in ${name}`, name);
  }
  return value ?? undefined;
}

const listOf = (value: string): string[] => value.split(',').filter((one) => one !== '');

/** The last part of a token: `http://…|R` → `R`. */
const codesOf = (value: string): string[] => listOf(value).map((one) => one.slice(one.lastIndexOf('|') + 1));

function entityOf(value: string): NonNullable<AuditFilter['entity']> {
  const reference = parseReference(value);
  if (!reference) {
    throw invalid('reference', 'Needed a reference such as Observation/123 in entity', 'entity');
  }
  return { type: reference.type, id: reference.id };
}

/** What the entries of the audit are searched by. */
export const AUDIT_PARAMETERS: ReadonlySet<string> = new Set([
  '_id',
  '_lastUpdated',
  'action',
  'agent',
  'date',
  'entity',
  'outcome',
  'patient',
  'subtype',
]);

/** What one parameter narrows to; undefined when it is not known. */
function narrowed(name: string, value: string, filter: AuditFilter): AuditFilter | undefined {
  switch (name) {
    case 'patient':
      return { ...filter, patients: listOf(value).map((one) => one.replace(/^Patient\//, '')) };
    case 'agent':
      return { ...filter, agents: listOf(value) };
    case 'entity':
      return { ...filter, entity: entityOf(value) };
    case 'action':
      return { ...filter, actions: codesOf(value) };
    case 'outcome':
      return { ...filter, outcomes: codesOf(value) };
    case 'subtype':
      return { ...filter, interactions: codesOf(value) };
    case '_id':
      return { ...filter, seqs: listOf(value).filter((one) => /^\d{1,18}$/.test(one)) };
    case 'date':
    case '_lastUpdated':
      return { ...filter, ...dateRange(name, value, filter) };
    default:
      return undefined;
  }
}

function filterOf(params: URLSearchParams, handling: 'strict' | 'lenient'): AuditFilter {
  let filter: AuditFilter = {};
  for (const [name, value] of params) {
    const next = RESULT.has(name) ? filter : narrowed(name, value, filter);
    if (!next && handling === 'strict') {
      throw invalid('search-parameter-unknown', `AuditEvent has no search parameter ${name.slice(0, 64)}`);
    }
    filter = next ?? filter;
  }
  if (!['-date', null].includes(params.get('_sort'))) {
    throw invalid('sort', 'AuditEvents are sorted by -date only', '_sort');
  }
  return filter;
}

/** @throws FhirError 403 when the audit is closed to the caller. */
function reachOf(exchange: Exchange, interaction: 'read' | 'search'): Exclude<PatientReach, 'none'> {
  const reach = patientReach(exchange.grant, 'AuditEvent', interaction);
  if (reach === 'none') {
    throw forbidden('interaction-denied', `You may not ${interaction} AuditEvent`);
  }
  return reach;
}

/** Whatever was asked for, within reach. */
function within(filter: AuditFilter, reach: Exclude<PatientReach, 'none'>): AuditFilter {
  if (reach === 'all') {
    return filter;
  }
  return { ...filter, patients: [...reach].filter((id) => filter.patients?.includes(id) ?? true) };
}

const viewOf = (exchange: Exchange) => presentation(exchange, (type) => hiddenFields(exchange.grant, type));

/** GET AuditEvent?…: the entries of the audit, newest first. @see https://hl7.org/fhir/R4/auditevent.html#search */
export const searchAuditEvents: Interaction = async (exchange) => {
  const { services, context } = exchange;
  const params = searchParameters(exchange);
  const reach = reachOf(exchange, 'search');
  const filter = within(filterOf(params, preferences(exchange.request.headers).handling), reach);
  const count = Math.min(Number(wholeNumber(params, '_count') ?? DEFAULT_COUNT), MAX_COUNT);
  const page = { count: count + 1, cursor: wholeNumber(params, '_cursor') };
  const found = count === 0 ? [] : await findEntries(services.database, context.tenant, filter, page);
  const entries = found.slice(0, count);
  const wantsTotal = count === 0 || params.get('_total') === 'accurate';
  const total = wantsTotal ? await countEntries(services.database, context.tenant, filter) : undefined;
  await services.audit.record(context, {
    interaction: 'search-type',
    type: 'AuditEvent',
    id: '',
    version: 0,
    outcome: '0',
    entries: entries.length,
    patients: filter.patients,
    detail: { parameters: [...new Set(params.keys())].filter((name) => /^[_a-z]+$/i.test(name)) },
  });
  const only = reach === 'all' ? undefined : reach;
  const view = viewOf(exchange);
  const next = found.length > count && count > 0 ? entries.at(-1)?.seq : undefined;
  const body = searchsetText({
    baseUrl: services.fhirUrl,
    links: pageLinks(`${services.fhirUrl}AuditEvent`, params, next),
    total,
    entries: entries.map((entry) => {
      const stored = storedAuditEvent(entry, only);
      return { stored, mode: 'match' as const, text: presented(stored, view) };
    }),
  });
  return { status: 200, body };
};

/** GET Patient/[id]/AuditEvent?…: who saw this patient's records. */
export const searchPatientAuditEvents: Interaction = (exchange) => {
  const query = new URLSearchParams(exchange.request.query);
  query.append('patient', exchange.params.id ?? '');
  return searchAuditEvents({ ...exchange, request: { ...exchange.request, query } });
};

/** GET AuditEvent/[id]. */
export const readAuditEvent: Interaction = async (exchange) => {
  const { services, context, params } = exchange;
  const reach = reachOf(exchange, 'read');
  const id = params.id ?? '';
  const [entry] = /^\d{1,18}$/.test(id)
    ? await findEntries(services.database, context.tenant, { seqs: [id] }, { count: 1 })
    : [];
  const only = reach === 'all' ? undefined : reach;
  if (!entry || (only && !entryPatients(entry).some((patient) => only.has(patient)))) {
    throw notFound();
  }
  const accessed = { interaction: 'read', type: 'AuditEvent', id, version: 1, outcome: '0', entries: 1 } as const;
  await services.audit.record(context, { ...accessed, patients: [] });
  const stored = storedAuditEvent(entry, only);
  return { status: 200, headers: versionHeaders(stored), body: presented(stored, viewOf(exchange)) };
};

/** Whatever would write an AuditEvent: only the server does. */
export const refuseAuditEventWrite: Interaction = () => {
  const text = 'AuditEvents are written by the server alone, and never changed';
  return Promise.reject(
    new FhirError(405, [{ severity: 'error', code: 'not-supported', key: 'audit-read-only', text }], undefined, {
      Allow: 'GET, HEAD',
    }),
  );
};
