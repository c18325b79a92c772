import { Router } from '@medplum/fhir-router';
import { FhirError, invalid, notFound } from '../fhir/index.ts';
import type { Exchange, Interaction } from './exchange.ts';
import type { FhirAnswer } from './fhir-request.ts';
import { createBinary, readBinary, updateBinary } from './interactions/binary.ts';
import { bundle } from './interactions/bundle.ts';
import { historyInstance, historySystem, historyType } from './interactions/history.ts';
import { runOperation } from './interactions/operation.ts';
import { read, vread } from './interactions/read.ts';
import { searchCompartment, searchSystem, searchType } from './interactions/search.ts';
import * as write from './interactions/write.ts';

const metadata: Interaction = async ({ services }) => ({ status: 200, body: services.capabilities() });

const systemOperation: Interaction = (exchange) => runOperation(exchange, 'system', `$${exchange.params.operation}`);
const typeOperation: Interaction = (exchange) => runOperation(exchange, 'type', `$${exchange.params.operation}`);
const instanceOperation: Interaction = (exchange) =>
  runOperation(exchange, 'instance', `$${exchange.params.operation}`);

/** The corridor: every FHIR route on one screen. A literal part beats a named one. */
const ROUTES: readonly (readonly [Exchange['request']['method'], string, Interaction])[] = [
  ['GET', 'metadata', metadata],
  ['GET', '', searchSystem],
  ['POST', '', bundle],
  ['POST', '_search', searchSystem],
  ['GET', '_history', historySystem],
  ['GET', '$/:operation', systemOperation],
  ['POST', '$/:operation', systemOperation],
  ['DELETE', '$/:operation', systemOperation],
  ['GET', ':resourceType', searchType],
  ['POST', ':resourceType', write.create],
  ['PUT', ':resourceType', write.conditionalUpdate],
  ['PATCH', ':resourceType', write.conditionalPatch],
  ['DELETE', ':resourceType', write.conditionalDelete],
  ['POST', ':resourceType/_search', searchType],
  ['GET', ':resourceType/_history', historyType],
  ['GET', ':resourceType/$/:operation', typeOperation],
  ['POST', ':resourceType/$/:operation', typeOperation],
  ['GET', ':resourceType/:id', read],
  ['PUT', ':resourceType/:id', write.update],
  ['PATCH', ':resourceType/:id', write.patch],
  ['DELETE', ':resourceType/:id', write.remove],
  ['POST', 'Binary', createBinary],
  ['GET', 'Binary/:id', readBinary],
  ['PUT', 'Binary/:id', updateBinary],
  ['GET', ':resourceType/:id/_history', historyInstance],
  ['GET', ':resourceType/:id/_history/:version', vread],
  ['GET', ':resourceType/:id/$/:operation', instanceOperation],
  ['POST', ':resourceType/:id/$/:operation', instanceOperation],
  ['DELETE', ':resourceType/:id/$/:operation', instanceOperation],
  ['GET', ':compartment/:id/:resourceType', searchCompartment],
];

const router = new Router<Interaction, undefined>();
for (const [method, path, interaction] of ROUTES) {
  router.add(method, path, interaction);
}

/** `Patient/1/$everything` → `Patient/1/$/everything`, so that operations are a part of their own. */
function routePath(path: string): string {
  return path.includes('$') ? path.replace(/(^|\/)\$/, '$1$/') : path;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function noRoute(path: string): FhirError {
  const allowed = METHODS.filter((method) => router.find(method, path));
  if (allowed.length === 0) {
    return notFound();
  }
  const text = `This URL takes ${allowed.join(', ')}`;
  return new FhirError(405, [{ severity: 'error', code: 'not-supported', key: 'method-not-allowed', text }]);
}

/**
 * Finds the interaction of a request and runs it.
 * @throws FhirError 404 unknown URL or resource type, 405 method not allowed there, and what the interaction throws.
 */
export async function dispatch(exchange: Exchange): Promise<FhirAnswer> {
  const { method } = exchange.request;
  const path = routePath(exchange.request.path);
  const found = router.find(method === 'HEAD' ? 'GET' : method, path);
  if (!found) {
    throw noRoute(path);
  }
  const params = path.startsWith('Binary') ? { resourceType: 'Binary', ...decoded(found.params) } : decoded(found.params);
  const type = params.resourceType;
  if (type !== undefined && type !== '*' && !exchange.services.isResourceType(type)) {
    const text = `Found resource type "${type.slice(0, 64)}", which FHIR R4 does not have`;
    throw new FhirError(404, [{ severity: 'error', code: 'not-supported', key: 'unknown-resource-type', text }]);
  }
  return found.handler({ ...exchange, params });
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
