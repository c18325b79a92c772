import { hiddenFields } from '../../access/index.ts';
import { patientsOf } from '../../audit/index.ts';
import { invalid } from '../../fhir/index.ts';
import type { HistoryOptions, HistoryPage } from '../../repository/index.ts';
import { type BundleLink, historyText } from '../bundle-text.ts';
import { type Exchange, type Interaction, presentation } from '../exchange.ts';
import type { FhirAnswer } from '../fhir-request.ts';
import { instantOf } from '../instant.ts';
import { presented } from '../present.ts';

const DEFAULT_COUNT = 100;
const MAX_COUNT = 1000;

function optionsOf(query: URLSearchParams): HistoryOptions {
  const count = query.get('_count');
  if (count !== null && !/^\d{1,9}$/.test(count)) {
    throw invalid('count', 'Needed a whole number in _count', '_count');
  }
  return {
    count: Math.min(Math.max(Number(count ?? DEFAULT_COUNT), 1), MAX_COUNT),
    since: instantOf(query, '_since'),
    at: instantOf(query, '_at'),
    cursor: query.get('_cursor') ?? undefined,
  };
}

async function historyOf(
  exchange: Exchange,
  path: string,
  load: (options: HistoryOptions) => Promise<HistoryPage>,
): Promise<FhirAnswer> {
  const { services, request } = exchange;
  const page = await load(optionsOf(request.query));
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
