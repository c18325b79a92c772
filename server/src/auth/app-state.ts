import { randomUUID } from 'node:crypto';
import type { Basic, Bundle } from '@medplum/fhirtypes';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { FhirError, forbidden, invalid, notFound, preconditionFailed } from '../fhir/index.ts';
import { checkScope, checkSubject, mayDo, ownerOf } from './app-state-rights.ts';
import {
  type AppState,
  countStates,
  deleteState,
  findState,
  type StateOwner,
  searchStates,
  writeState,
} from './app-state-store.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import type { Authenticator } from './authenticate.ts';
import type { DoorMaker, Route } from './door.ts';

/** Base of the app state service, a FHIR service of its own with one type. */
export const APP_STATE_PATH = '/app-state';
/** Largest state in bytes. @see https://hl7.org/fhir/smart-app-launch/app-state.html */
export const MAX_STATE_BYTES = 256 * 1024;
const MAX_STATES = 1000;
/** A little more than the largest state, so that this room and not the body parser says what is too much. */
const BODY_LIMIT = MAX_STATE_BYTES + 64 * 1024;

const CODING = z.object({ system: z.string().min(1).max(500), code: z.string().min(1).max(200) });
const BASIC = z.looseObject({
  resourceType: z.literal('Basic'),
  id: z.string().optional(),
  code: z.looseObject({ coding: z.tuple([z.looseObject(CODING.shape)]) }),
  subject: z.looseObject({ reference: z.string().min(1).max(200) }).optional(),
  extension: z.array(z.looseObject({ url: z.string() })).optional(),
});

/** A request with its caller and whose states he may have. */
interface Call {
  readonly deps: AuthDependencies;
  readonly state: AuthState;
  readonly owner: StateOwner;
  readonly request: Request;
  readonly response: Response;
}

/** A state as the app sends it. @throws FhirError 400, 413 */
function sent(body: unknown): Pick<AppState, 'code' | 'subject' | 'resource'> {
  if (Buffer.byteLength(JSON.stringify(body ?? null)) > MAX_STATE_BYTES) {
    const text = `A state has ${MAX_STATE_BYTES} bytes at most`;
    throw new FhirError(413, [{ severity: 'error', code: 'too-long', key: 'app-state-size', text }]);
  }
  const parsed = BASIC.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid('app-state-invalid', `${issue?.path.join('.') || 'Basic'}: ${issue?.message}`);
  }
  const { id: _, meta: __, ...basic } = parsed.data;
  const [{ system, code }] = basic.code.coding;
  return { code: `${system}|${code}`, subject: basic.subject?.reference ?? '', resource: basic as Basic };
}

/** The version in `If-Match`. @throws FhirError 412 without one: nobody may overwrite what he has not seen */
function matched({ request }: Call): number {
  const version = /^W\/"(\d{1,9})"$/.exec(request.get('if-match') ?? '')?.[1];
  if (version === undefined) {
    throw preconditionFailed('if-match-missing', 'If-Match with the version that was read is needed');
  }
  return Number(version);
}

const stale = (): FhirError => preconditionFailed('version-stale', 'The state has changed since it was read');

/** @throws FhirError 404 for a state of another app or person, as for one that is not there */
async function existing({ deps, owner, request }: Call): Promise<AppState> {
  const found = await findState(deps, owner, String(request.params.id));
  if (!found) {
    throw notFound();
  }
  return found;
}

function send({ deps, response }: Call, status: number, { id, version, resource }: AppState): void {
  const location = `${deps.baseUrl}${APP_STATE_PATH}/Basic/${id}`;
  response.set({ ETag: `W/"${version}"`, ...(status === 201 && { Location: location }) });
  response.status(status).type('application/fhir+json').send(JSON.stringify(resource));
}

function note({ deps, state }: Call): void {
  const { sessionId: session = '', context } = state;
  deps.log({ event: 'auth.app-state-written', session, tenant: context.tenant });
}

async function create(call: Call): Promise<void> {
  const { deps, state, owner, request } = call;
  checkScope(state, 'create');
  const basic = sent(request.body);
  if (!mayDo(state, 'create', basic)) {
    throw forbidden('scope-insufficient', 'The app was not granted states like this');
  }
  await checkSubject(deps, state, basic.subject);
  if ((await countStates(deps.database, owner)) >= MAX_STATES) {
    throw forbidden('app-state-count', `An app keeps ${MAX_STATES} states for a person at most`);
  }
  const made = await writeState(deps, owner, { ...basic, id: randomUUID() }, deps.clock());
  note(call);
  send(call, 201, made as AppState);
}

async function read(call: Call): Promise<void> {
  checkScope(call.state, 'read');
  const found = await existing(call);
  if (!mayDo(call.state, 'read', found)) {
    throw notFound();
  }
  send(call, 200, found);
}

async function update(call: Call): Promise<void> {
  const { deps, state, owner, request } = call;
  checkScope(state, 'update');
  const found = await existing(call);
  const over = matched(call);
  const basic = sent(request.body);
  if (!mayDo(state, 'update', found)) {
    throw notFound();
  }
  if (basic.code !== found.code || basic.subject !== found.subject) {
    throw invalid('app-state-fixed', 'Code and subject of a state cannot be changed', 'Basic.code');
  }
  const written = await writeState(deps, owner, { ...basic, id: found.id, over }, deps.clock());
  if (!written) {
    throw stale();
  }
  note(call);
  send(call, 200, written);
}

async function remove(call: Call): Promise<void> {
  const { deps, state, owner, response } = call;
  checkScope(state, 'delete');
  const found = await existing(call);
  const version = matched(call);
  if (!mayDo(state, 'delete', found)) {
    throw notFound();
  }
  if (!(await deleteState(deps.database, owner, { id: found.id, version }))) {
    throw stale();
  }
  note(call);
  response.status(204).end();
}

const SEARCH = z.object({ code: z.string().max(800).optional(), subject: z.string().max(200).optional() });

async function search(call: Call): Promise<void> {
  const { deps, state, owner, request, response } = call;
  checkScope(state, 'search');
  const asked = SEARCH.safeParse(request.query);
  if (!asked.success) {
    throw invalid('search-parameter', 'The parameters are code and subject, each once');
  }
  const found = (await searchStates(deps, owner, asked.data)).filter((one) => mayDo(state, 'search', one));
  const bundle: Bundle<Basic> = {
    resourceType: 'Bundle',
    type: 'searchset',
    total: found.length,
    entry: found.map(({ id, resource }) => ({
      fullUrl: `${deps.baseUrl}${APP_STATE_PATH}/Basic/${id}`,
      resource,
      search: { mode: 'match' },
    })),
  };
  response.type('application/fhir+json').send(JSON.stringify(bundle));
}

/** The doors of app state. @see https://hl7.org/fhir/smart-app-launch/app-state.html */
export function appStateRoutes({ deps, authenticator, fhir }: DoorMaker): Route[] {
  const collection = `${APP_STATE_PATH}/Basic`;
  const door = (method: Route['method'], path: string, act: (call: Call) => Promise<void>): Route => ({
    ...fhir(method, path, (request, response) => enter(deps, authenticator, request, response, act)),
    bodyLimit: BODY_LIMIT,
  });
  return [
    door('post', collection, create),
    door('get', collection, search),
    door('get', `${collection}/:id`, read),
    door('put', `${collection}/:id`, update),
    door('delete', `${collection}/:id`, remove),
  ];
}

async function enter(
  deps: AuthDependencies,
  authenticator: Pick<Authenticator, 'authenticate'>,
  request: Request,
  response: Response,
  act: (call: Call) => Promise<void>,
): Promise<void> {
  const state = await authenticator.authenticate(request);
  await act({ deps, state, owner: ownerOf(state), request, response });
}
