import { hiddenFields } from '../../access/index.ts';
import { patientsOf } from '../../audit/index.ts';
import { outcomeOf, unsupportedMedia } from '../../fhir/index.ts';
import { type BundleLink, searchsetText } from '../bundle-text.ts';
import { type Exchange, type Interaction, presentation } from '../exchange.ts';
import { type FhirAnswer, preferences } from '../fhir-request.ts';
import { instantOf } from '../instant.ts';
import { assertAcceptable } from '../negotiate.ts';
import { presented } from '../present.ts';
import { shapeOf } from '../shape.ts';

/** Entries on a page when the caller names no `_count`, and at the most. */
const DEFAULT_COUNT = 20;
const MAX_COUNT = 1000;

/** Parameters of the HTTP layer that are no search parameters. */
const TRANSPORT = new Set(['_format', '_pretty', '_asOf']);

/** All that is stated, in the URL and in the form. */
function stated(exchange: Exchange): URLSearchParams {
  const { method, query } = exchange.request;
  return method === 'POST' ? new URLSearchParams([...query, ...formOf(exchange)]) : query;
}

/** Parameters of a search, from the URL and from the form. */
export function searchParameters(exchange: Exchange): URLSearchParams {
  return withoutTransport(stated(exchange));
}

function withoutTransport(all: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of all) {
    if (!TRANSPORT.has(name)) {
      params.append(name, value);
    }
  }
  return params;
}

function formOf(exchange: Exchange): URLSearchParams {
  const { body, contentType } = exchange.request;
  if (body === undefined) {
    return new URLSearchParams();
  }
  if (body instanceof Uint8Array && contentType === 'application/x-www-form-urlencoded') {
    const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
    assertAcceptable(undefined, form.get('_format'), false);
    return form;
  }
  const text = `Found Content-Type ${contentType}; POST _search takes application/x-www-form-urlencoded`;
  throw unsupportedMedia('search-form', text);
}

/** Links of a page of a search: itself, the next one, the first one and, where pages are counted, the previous one. */
export function pageLinks(
  url: string,
  params: URLSearchParams,
  next: string | undefined,
  named: '_cursor' | '_offset' = '_cursor',
): BundleLink[] {
  const self = params.toString();
  const links: BundleLink[] = [{ relation: 'self', url: self === '' ? url : `${url}?${self}` }];
  if (next !== undefined) {
    const following = new URLSearchParams(params);
    following.set(named, next);
    links.push({ relation: 'next', url: `${url}?${following}` });
  }
  if (params.has('_cursor') || params.has('_offset')) {
    links.push(...linksBack(url, params));
  }
  return links;
}

/** A cursor knows no way back but to the beginning; an offset does. */
function linksBack(url: string, params: URLSearchParams): BundleLink[] {
  const first = new URLSearchParams(params);
  first.delete('_cursor');
  first.delete('_offset');
  const links: BundleLink[] = [{ relation: 'first', url: first.size > 0 ? `${url}?${first}` : url }];
  const offset = Number(params.get('_offset') ?? 0);
  if (offset > 0 && !params.has('_cursor')) {
    const before = new URLSearchParams(first);
    before.set('_offset', String(Math.max(0, offset - Number(params.get('_count') ?? DEFAULT_COUNT))));
    links.push({ relation: 'previous', url: `${url}?${before}` });
  }
  return links;
}

/** The parameters a search was carried out with: without those that a lenient search left out. */
function usedParameters(params: URLSearchParams, ignored: readonly (readonly [string, string])[]): URLSearchParams {
  const left = new Set(ignored.map(([name, value]) => `${name}=${value}`));
  return new URLSearchParams([...params].filter(([name, value]) => !left.has(`${name}=${value}`)));
}

/** Names are kept for the audit, values never: they may be a name or a number of a person. */
function parameterName(written: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/.test(written) ? written : '?';
}

async function searchOf(exchange: Exchange, type: string | undefined, path: string): Promise<FhirAnswer> {
  const all = stated(exchange);
  const params = withoutTransport(all);
  const { handling } = preferences(exchange.request.headers);
  const { services } = exchange;
  const query = services.search
    .forTenant(exchange.context.tenant)
    .parse(type, params, { handling, defaultCount: DEFAULT_COUNT, maxCount: MAX_COUNT });
  const asOf = instantOf(all, '_asOf');
  const found = () => (asOf ? exchange.repository.searchPageAsOf(query, asOf) : exchange.repository.searchPage(query));
  const page = await services.audit.access(exchange.context, found, ({ entries }) => ({
    interaction: type ? 'search-type' : 'search-system',
    type: type ?? '',
    id: '',
    version: 0,
    outcome: '0',
    entries: entries.length,
    patients: patientsOf(entries.map((entry) => entry.stored)),
    detail: params.size > 0 ? { parameters: [...new Set(params.keys())].map(parameterName) } : undefined,
  }));
  const linked = usedParameters(params, query.ignored);
  if (asOf) {
    linked.set('_asOf', all.get('_asOf') as string);
  }
  const hidden = presentation(exchange, (name) => hiddenFields(exchange.grant, name));
  const view = { ...hidden, ...shapeOf(params) };
  const whole = { ...hidden };
  const body = searchsetText({
    baseUrl: services.fhirUrl,
    links: pageLinks(`${services.fhirUrl}${path}`, linked, page.next, asOf ? '_offset' : '_cursor'),
    total: page.total,
    entries: page.entries.map((entry) => ({
      ...entry,
      text: entry.contained
        ? JSON.stringify(entry.contained)
        : presented(entry.stored, entry.mode === 'match' ? view : whole),
    })),
    warning: page.warnings.length > 0 ? JSON.stringify(outcomeOf(page.warnings)) : undefined,
  });
  return { status: 200, body };
}

/** GET [type]?… and POST [type]/_search. @see https://hl7.org/fhir/R4/http.html#search */
export const searchType: Interaction = (exchange) => {
  const { resourceType } = exchange.params as { resourceType: string };
  return searchOf(exchange, resourceType, resourceType);
};

/** GET [base]?… and POST _search, over all types or those of `_type`. */
export const searchSystem: Interaction = (exchange) => searchOf(exchange, undefined, '');

/** GET [compartment]/[id]/[type]?… and the same by POST _search. @see https://hl7.org/fhir/R4/http.html#vsearch */
export const searchCompartment: Interaction = (exchange) => {
  const { compartment, id, resourceType } = exchange.params as Record<'compartment' | 'id' | 'resourceType', string>;
  const query = new URLSearchParams(exchange.request.query);
  query.append('_inCompartment', `${compartment}/${id}`);
  const narrowed = { ...exchange, request: { ...exchange.request, query } };
  return searchOf(narrowed, resourceType === '*' ? undefined : resourceType, resourceType === '*' ? '' : resourceType);
};
