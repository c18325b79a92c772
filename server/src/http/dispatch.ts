import { Router } from '@medplum/fhir-router';
import { FhirError, invalid, methodNotAllowed } from '../fhir/index.ts';
import { recordFailure } from './audit-failure.ts';
import type { Exchange, Interaction } from './exchange.ts';
import type { FhirAnswer } from './fhir-request.ts';
import {
  readAuditEvent,
  refuseAuditEventWrite,
  searchAuditEvents,
  searchPatientAuditEvents,
} from './interactions/audit-event.ts';
import { createBinary, readBinary, updateBinary, vreadBinary } from './interactions/binary.ts';
import { bundle } from './interactions/bundle.ts';
import { historyInstance, historySystem, historyType } from './interactions/history.ts';
import { admitToOperation, runOperation } from './interactions/operation.ts';
import { read, vread } from './interactions/read.ts';
import { searchCompartment, searchSystem, searchType } from './interactions/search.ts';
import * as write from './interactions/write.ts';
import { metadataAnswer } from './metadata.ts';
import type { ServedRoute } from './openapi.ts';

const metadata: Interaction = ({ services, request, context }) =>
  metadataAnswer(services, request.query, context.tenant);

const systemOperation: Interaction = (exchange) => runOperation(exchange, 'system', `$${exchange.params.operation}`);
const typeOperation: Interaction = (exchange) => runOperation(exchange, 'type', `$${exchange.params.operation}`);
const instanceOperation: Interaction = (exchange) =>
  runOperation(exchange, 'instance', `$${exchange.params.operation}`);

/**
 * The corridor: every FHIR route on one screen, with what the audit calls it. A literal part beats a named one.
 * @see https://hl7.org/fhir/R4/valueset-type-restful-interaction.html
 */
const ROUTES: readonly (readonly [Exchange['request']['method'], string, Interaction, string])[] = [
  ['GET', 'metadata', metadata, 'capabilities'],
  ['GET', '', searchSystem, 'search-system'],
  ['POST', '', bundle, 'transaction'],
  ['POST', '_search', searchSystem, 'search-system'],
  ['GET', '_history', historySystem, 'history-system'],
  ['GET', '$/:operation', systemOperation, 'operation'],
  ['POST', '$/:operation', systemOperation, 'operation'],
  ['DELETE', '$/:operation', systemOperation, 'operation'],
  ['GET', '$/:operation/:id', systemOperation, 'operation'],
  ['DELETE', '$/:operation/:id', systemOperation, 'operation'],
  ['GET', ':resourceType', searchType, 'search-type'],
  ['POST', ':resourceType', write.create, 'create'],
  ['PUT', ':resourceType', write.conditionalUpdate, 'update'],
  ['PATCH', ':resourceType', write.conditionalPatch, 'patch'],
  ['DELETE', ':resourceType', write.conditionalDelete, 'delete'],
  ['POST', ':resourceType/_search', searchType, 'search-type'],
  ['GET', ':resourceType/_history', historyType, 'history-type'],
  ['GET', ':resourceType/$/:operation', typeOperation, 'operation'],
  ['POST', ':resourceType/$/:operation', typeOperation, 'operation'],
  ['GET', ':resourceType/:id', read, 'read'],
  ['PUT', ':resourceType/:id', write.update, 'update'],
  ['PATCH', ':resourceType/:id', write.patch, 'patch'],
  ['DELETE', ':resourceType/:id', write.remove, 'delete'],
  ['POST', 'Binary', createBinary, 'create'],
  ['GET', 'Binary/:id', readBinary, 'read'],
  ['PUT', 'Binary/:id', updateBinary, 'update'],
  ['GET', 'Binary/:id/_history/:version', vreadBinary, 'vread'],
  ['GET', ':resourceType/:id/_history', historyInstance, 'history-instance'],
  ['GET', ':resourceType/:id/_history/:version', vread, 'vread'],
  ['GET', ':resourceType/:id/$/:operation', instanceOperation, 'operation'],
  ['POST', ':resourceType/:id/$/:operation', instanceOperation, 'operation'],
  ['DELETE', ':resourceType/:id/$/:operation', instanceOperation, 'operation'],
  ['GET', 'AuditEvent', searchAuditEvents, 'search-type'],
  ['POST', 'AuditEvent/_search', searchAuditEvents, 'search-type'],
  ['GET', 'AuditEvent/:id', readAuditEvent, 'read'],
  ['GET', 'Patient/:id/AuditEvent', searchPatientAuditEvents, 'search-type'],
  ['POST', 'AuditEvent', refuseAuditEventWrite, 'create'],
  ['PUT', 'AuditEvent', refuseAuditEventWrite, 'update'],
  ['PATCH', 'AuditEvent', refuseAuditEventWrite, 'patch'],
  ['DELETE', 'AuditEvent', refuseAuditEventWrite, 'delete'],
  ['PUT', 'AuditEvent/:id', refuseAuditEventWrite, 'update'],
  ['PATCH', 'AuditEvent/:id', refuseAuditEventWrite, 'patch'],
  ['DELETE', 'AuditEvent/:id', refuseAuditEventWrite, 'delete'],
  ['GET', ':compartment/:id/:resourceType', searchCompartment, 'search-type'],
  ['POST', ':compartment/:id/:resourceType/_search', searchCompartment, 'search-type'],
];

/** A route as it is found. */
interface Found {
  readonly run: Interaction;
  readonly name: string;
  /** How metrics call it: nothing of a request is in it. */
  readonly pattern: string;
}

const patternOf = (path: string): string =>
  `/${path.replace('$/:', '$:').replace(/:(?:resourceType|compartment)/, ':type')}`;

const router = new Router<Found, undefined>();
for (const [method, path, run, name] of ROUTES) {
  router.add(method, path, { run, name, pattern: patternOf(path) });
}

/** `Patient/1/$everything` → `Patient/1/$/everything`, so that operations are a part of their own. */
function routePath(path: string): string {
  return path.includes('$') ? path.replace(/(^|\/)\$/, '$1$/') : path;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The methods that a path below the FHIR base takes; none where there is nothing. */
export function methodsOf(path: string): readonly string[] {
  const taken = METHODS.filter((method) => router.find(method, routePath(path)));
  return taken.includes('GET') ? ['HEAD', ...taken] : taken;
}

function noRoute({ method, path }: Exchange['request']): FhirError {
  const allowed = methodsOf(path);
  if (allowed.length > 0) {
    return methodNotAllowed(method, allowed);
  }
  const text =
    'No interaction of FHIR R4 has a URL of this form, such as Patient, Patient/[id] or Patient/[id]/_history';
  return new FhirError(404, [{ severity: 'error', code: 'not-supported', key: 'unknown-url', text }], 'not-found');
}

/** Types that have routes of their own, in which their name is no parameter. */
const LITERAL_TYPE = /^(?:Patient\/[^/]+\/)?(Binary|AuditEvent)(?:\/|$)/;

/**
 * Finds the interaction of a request and runs it.
 * @throws FhirError 404 unknown URL or resource type, 405 method not allowed there, and what the interaction throws.
 */
export async function dispatch(exchange: Exchange): Promise<FhirAnswer> {
  const { method } = exchange.request;
  const path = routePath(exchange.request.path);
  const found = router.find(method === 'HEAD' ? 'GET' : method, path);
  if (!found) {
    throw noRoute(exchange.request);
  }
  exchange.routed?.(found.handler.pattern);
  const literal = LITERAL_TYPE.exec(path)?.[1];
  const params = literal ? { resourceType: literal, ...decoded(found.params) } : decoded(found.params);
  const type = params.resourceType;
  if (type !== undefined && type !== '*' && !exchange.services.isResourceType(type)) {
    const text = `Found resource type "${type.slice(0, 64)}", which FHIR R4 does not have`;
    throw new FhirError(404, [{ severity: 'error', code: 'not-supported', key: 'unknown-resource-type', text }]);
  }
  const inside = { ...exchange, params };
  try {
    return await found.handler.run(inside);
  } catch (error) {
    await recordFailure(inside, found.handler.name, error);
    throw error;
  }
}

/**
 * Asks, before the body of a request is read, whether its operation lets the caller send one. A refusal is recorded as
 * any other.
 * @throws FhirError what the operation throws.
 */
export async function admit(exchange: Exchange): Promise<void> {
  const { method, path } = exchange.request;
  const found = path.includes('$') ? router.find(method === 'HEAD' ? 'GET' : method, routePath(path)) : undefined;
  if (!found) {
    return;
  }
  const inside = { ...exchange, params: decoded(found.params) };
  try {
    await admitToOperation(inside);
  } catch (error) {
    await recordFailure(inside, found.handler.name, error);
    throw error;
  }
}

function decoded(params: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    try {
      result[name] = value.includes('%') ? decodeURIComponent(value) : value;
    } catch {
      throw invalid('url-encoding', 'The URL is not validly percent-encoded');
    }
  }
  return result;
}

const routeOf = ([method, path, , interaction]: (typeof ROUTES)[number]): ServedRoute => ({
  method,
  path,
  interaction,
});

/** The routes as descriptions of the server name them. */
export const SERVED_ROUTES = ROUTES.filter(([, , run]) => run !== refuseAuditEventWrite).map(routeOf);

/** Routes that exist to say why there is no such interaction. */
export const REFUSED_ROUTES = ROUTES.filter(([, , run]) => run === refuseAuditEventWrite).map(routeOf);
