import { hiddenFields } from '../../access/index.ts';
import { patientsOf } from '../../audit/index.ts';
import { invalid } from '../../fhir/index.ts';
import type { HistoryOptions, HistoryPage } from '../../repository/index.ts';
import { type BundleLink, historyText } from '../bundle-text.ts';
import { type Exchange, type Interaction, presentation } from '../exchange.ts';
import { type FhirAnswer, preferences } from '../fhir-request.ts';
import { instantOf } from '../instant.ts';
import { presented } from '../present.ts';
import { dateRange } from './date-range.ts';

const DEFAULT_COUNT = 100;
const MAX_COUNT = 1000;
/** Versions that may be leafed past by `_offset`; who wants more follows the links. */
const MAX_OFFSET = 10_000;
const KNOWN = new Set(['_at', '_count', '_cursor', '_elements', '_format', '_offset', '_pretty', '_since', '_summary']);

function optionsOf({ query, headers }: Exchange['request']): HistoryOptions {
  const unknown = [...query.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined && preferences(headers).handling === 'strict') {
    throw invalid('search-parameter-unknown', `A history has no parameter ${unknown.slice(0, 64)}`);
  }
  const count = wholeNumber(query, '_count') ?? DEFAULT_COUNT;
  return {
    count: Math.min(count, MAX_COUNT),
    since: instantOf(query, '_since'),
    at: spanOf(query),
    offset: Math.min(wholeNumber(query, '_offset') ?? 0, MAX_OFFSET),
    cursor: query.get('_cursor') ?? undefined,
  };
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value !== null && !/^\d{1,9}$/.test(value)) {
    throw invalid('count', `Needed a whole number in ${name}`, name);
  }
  return value === null ? undefined : Number(value);
}

/** The span of `_at`: a day, a month or a year is all of it. */
function spanOf(query: URLSearchParams): HistoryOptions['at'] {
  const value = query.get('_at');
  if (value === null) {
    return undefined;
  }
  const { from, before } = dateRange('_at', value, {});
  if (!from || !before) {
    throw invalid('date', 'Needed a date without a prefix in _at, such as 2026-02-11', '_at');
  }
  return { from, before };
}

async function historyOf(
  exchange: Exchange,
  path: string,
  load: (options: HistoryOptions) => Promise<HistoryPage>,
): Promise<FhirAnswer> {
  const { services, request } = exchange;
  const options = optionsOf(request);
  const loaded = await load({ ...options, count: Math.max(options.count, 1) });
  const page: HistoryPage = options.count === 0 ? { versions: [] } : loaded;
  await services.audit.record(exchange.context, {
    interaction: 'history',
    type: exchange.params.resourceType ?? '',
    id: exchange.params.id ?? '',
    version: 0,
    outcome: '0',
    entries: page.versions.length,
    patients: patientsOf(page.versions),
  });
  const url = `${services.fhirUrl}${path}`;
  const links: BundleLink[] = [{ relation: 'self', url: request.query.size > 0 ? `${url}?${request.query}` : url }];
  if (page.next) {
    const next = new URLSearchParams(request.query);
    next.set('_cursor', page.next);
    next.delete('_offset');
    links.push({ relation: 'next', url: `${url}?${next}` });
  }
  const view = presentation(exchange, (type) => hiddenFields(exchange.grant, type));
  const versions = page.versions.map((stored) => ({ stored, text: stored.deleted ? '' : presented(stored, view) }));
  return { status: 200, body: historyText({ links, baseUrl: services.fhirUrl, versions }) };
}

/** GET [type]/[id]/_history. @see https://hl7.org/fhir/R4/http.html#history */
export const historyInstance: Interaction = (exchange) => {
  const { resourceType, id } = exchange.params as { resourceType: string; id: string };
  return historyOf(exchange, `${resourceType}/${id}/_history`, (options) =>
    exchange.repository.instanceHistory(resourceType, id, options),
  );
};

/** GET [type]/_history. */
export const historyType: Interaction = (exchange) => {
  const { resourceType } = exchange.params as { resourceType: string };
  return historyOf(exchange, `${resourceType}/_history`, (options) =>
    exchange.repository.typeHistory(resourceType, options),
  );
};

/** GET _history. */
export const historySystem: Interaction = (exchange) =>
  historyOf(exchange, '_history', (options) =>
    exchange.repository.systemHistory(exchange.services.resourceTypes, options),
  );
