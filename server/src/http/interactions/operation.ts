import { hiddenFields } from '../../access/index.ts';
import { patientsOf } from '../../audit/index.ts';
import {
  FhirError,
  isPartTwoText,
  methodNotAllowed,
  notFound,
  PART_TWO_HEADER,
  PART_TWO_NOTICE,
} from '../../fhir/index.ts';
import type { Operation, OperationPage, OperationResponse } from '../../repository/index.ts';
import { type BundleLink, searchsetText } from '../bundle-text.ts';
import { type Exchange, presentation } from '../exchange.ts';
import type { FhirAnswer } from '../fhir-request.ts';
import { presented } from '../present.ts';

function find(exchange: Exchange, level: Operation['level'], name: string): Operation {
  const { operations } = exchange.services;
  const type = exchange.params.resourceType;
  const named = operations.filter((operation) => operation.name === name && operation.level === level);
  const exact = named.find((operation) => type === undefined || operation.types.includes(type));
  const found = exact ?? named.find((operation) => operation.types.includes('*'));
  if (!found) {
    throw unknownOperation(exchange, level, name);
  }
  return found;
}

const PLACES = { system: 'the system', type: 'a type', instance: 'an instance' } as const;

/** What stands before the name of an operation in the pattern of its route. */
const PREFIXES = { system: '/', type: '/:type/', instance: '/:type/:id/' } as const;

/** @throws nothing: the 404 that says where the operation would be, if anywhere. */
function unknownOperation(exchange: Exchange, level: Operation['level'], name: string): FhirError {
  const places = exchange.services.operations
    .filter((operation) => operation.name === name)
    .map((one) => (one.level === 'system' ? PLACES.system : `${PLACES[one.level]} of ${one.types.join(', ')}`));
  const known =
    places.length > 0 ? `it is one of ${[...new Set(places)].join('; ')}` : 'metadata names those there are';
  const text = `Found no operation ${name.slice(0, 64)} of ${PLACES[level]} here: ${known}`.replaceAll(
    '*',
    'every type',
  );
  return new FhirError(
    404,
    [{ severity: 'error', code: 'not-supported', key: 'unknown-operation', text }],
    'not-found',
  );
}

function pageText(exchange: Exchange, page: OperationPage): string {
  const { services, request } = exchange;
  const view = presentation(exchange, (type) => hiddenFields(exchange.grant, type));
  const url = `${services.fhirUrl}${request.path}`;
  const links: BundleLink[] = [{ relation: 'self', url: request.query.size > 0 ? `${url}?${request.query}` : url }];
  if (page.next) {
    links.push({ relation: 'next', url: `${url}?${page.next}` });
  }
  return searchsetText({
    links,
    total: page.total,
    baseUrl: services.fhirUrl,
    entries: page.entries.map((entry) => ({ ...entry, text: presented(entry.stored, view) })),
  });
}

function answerOf(exchange: Exchange, response: OperationResponse): FhirAnswer {
  const status = response.status ?? 200;
  const { resource, raw, headers } = response;
  if (raw) {
    return { status, headers, contentType: raw.contentType, body: raw.body };
  }
  if (response.page) {
    return { status, headers, body: pageText(exchange, response.page) };
  }
  if (resource && 'json' in resource) {
    const view = presentation(exchange, (type) => hiddenFields(exchange.grant, type));
    return { status, headers, body: presented(resource, view) };
  }
  return { status, headers, body: resource && JSON.stringify(resource) };
}

/**
 * Asks an operation whether the caller may send it a body at all.
 * @throws what its `admit` throws.
 */
export async function admitToOperation(exchange: Exchange): Promise<void> {
  const { params, request, services } = exchange;
  const named = services.operations.filter(
    ({ name, level }) => name === `$${params.operation}` && level === 'instance',
  );
  const operation = named.find(({ types }) => types.includes(params.resourceType ?? ''));
  if (operation?.admit && operation.methods.includes(request.method as 'GET' | 'POST' | 'DELETE')) {
    await operation.admit({
      context: exchange.context,
      grant: exchange.grant,
      repository: exchange.repository,
      method: request.method as 'GET' | 'POST' | 'DELETE',
      resourceType: params.resourceType,
      id: params.id,
      query: request.query,
      contentType: request.contentType,
      headers: request.headers,
    });
  }
}

/**
 * Runs the $operation of that name at the level. What it makes of protected records no longer shows their label, so that
 * the notice goes with the answer of whatever has read some.
 * @throws FhirError 404 unknown, 405 when it takes another method.
 * @see https://hl7.org/fhir/R4/operations.html
 */
export async function runOperation(exchange: Exchange, level: Operation['level'], name: string): Promise<FhirAnswer> {
  const operation = find(exchange, level, name);
  exchange.routed?.(`${PREFIXES[level]}${name}`);
  const { request, params } = exchange;
  if (level === 'system' && (operation.takesId ?? false) !== (params.id !== undefined)) {
    throw notFound();
  }
  const method = (request.method === 'HEAD' ? 'GET' : request.method) as 'GET' | 'POST' | 'DELETE';
  if (!operation.methods.includes(method)) {
    const taken = operation.methods.includes('GET') ? ['HEAD', ...operation.methods] : operation.methods;
    throw methodNotAllowed(`${name} by ${request.method}`, taken);
  }
  const patients = new Set<string>(params.resourceType === 'Patient' && params.id !== undefined ? [params.id] : []);
  let isProtected = false;
  const response = await operation.handle({
    context: exchange.context,
    grant: exchange.grant,
    repository: exchange.repository.watched((stored) => {
      patientsOf([stored], patients);
      isProtected ||= isPartTwoText(stored.json);
    }),
    method,
    resourceType: params.resourceType,
    id: params.id,
    query: request.query,
    body: request.body,
    contentType: request.contentType,
    headers: request.headers,
  });
  await exchange.services.audit.record(exchange.context, {
    interaction: name,
    type: params.resourceType ?? '',
    id: params.id ?? '',
    version: 0,
    outcome: (response.status ?? 200) < 400 ? '0' : '4',
    entries: response.page?.entries.length ?? response.disclosed?.entries ?? 0,
    patients: patientsOf(
      response.page?.entries.map((entry) => entry.stored) ?? [],
      new Set([...patients, ...(response.disclosed?.patients ?? [])]),
    ),
    ...(response.audited && { detail: response.audited }),
  });
  const answer = answerOf(exchange, response);
  return isProtected ? { ...answer, headers: { [PART_TWO_HEADER]: PART_TWO_NOTICE, ...answer.headers } } : answer;
}
