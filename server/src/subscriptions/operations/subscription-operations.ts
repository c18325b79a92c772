import type { Bundle, BundleEntry, Parameters, Resource, Subscription } from '@medplum/fhirtypes';
import type { Database } from '../../database/index.ts';
import { invalid } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { CanRead } from '../deliverer.ts';
import { issueBindingToken } from '../socket/binding-token.ts';
import { lastEventNumber, type RecordedEvent, recordedEvents } from '../socket/recorded-event.ts';
import { type EventNotice, statusParameters } from '../status-parameters.ts';
import { deadLetterOperations } from './dead-letter-operations.ts';
import { numberParameter } from './number-parameter.ts';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition';
const MOST_EVENTS = 200;

export interface SubscriptionOperationsOptions {
  readonly database: Database;
  readonly canRead: CanRead;
  /** Address of the server without a trailing slash, such as `https://clinic.example`. */
  readonly baseUrl: string;
  readonly clock: () => Date;
}

/** The operations on Subscription: binding token, status, recorded events, dead letters and their replay. */
export function subscriptionOperations(options: SubscriptionOperationsOptions): Operation[] {
  const instance = (
    name: string,
    definition: string,
    handle: Operation['handle'],
    ...methods: Operation['methods'][number][]
  ): Operation => ({
    name,
    level: 'instance',
    types: ['Subscription'],
    methods,
    definition,
    handle,
  });
  return [
    instance(
      '$get-ws-binding-token',
      `${BACKPORT}/backport-subscription-get-ws-binding-token`,
      (r) => bindingToken(options, r),
      'GET',
      'POST',
    ),
    instance('$status', `${BACKPORT}/backport-subscription-status`, (r) => status(options, r), 'GET', 'POST'),
    instance('$events', `${BACKPORT}/backport-subscription-events`, (r) => events(options, r), 'GET', 'POST'),
    ...deadLetterOperations(options.database),
  ];
}

/** The Subscription, when the caller may read it; 404 otherwise. */
function subscriptionOf(request: OperationRequest): Promise<Subscription & { id: string }> {
  return request.repository.readResource<Subscription>('Subscription', request.id ?? '');
}

async function bindingToken(
  options: SubscriptionOperationsOptions,
  request: OperationRequest,
): Promise<OperationResponse> {
  const subscription = await subscriptionOf(request);
  if (subscription.channel.type !== 'websocket') {
    throw invalid('not-websocket', 'The channel of the Subscription is not websocket', 'Subscription.channel.type');
  }
  const { tenant, author, loginId } = request.context;
  const { token, expiration } = await issueBindingToken(options.database, {
    tenant,
    subscription: subscription.id,
    author,
    ...(loginId !== undefined && { login: loginId }),
    now: options.clock(),
  });
  const resource: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'token', valueString: token },
      { name: 'expiration', valueDateTime: expiration.toISOString() },
      { name: 'subscription', valueString: subscription.id },
      { name: 'websocket-url', valueUrl: `${options.baseUrl.replace(/^http/, 'ws')}/ws/subscriptions-r4` },
    ],
  };
  return { resource, headers: { 'cache-control': 'no-store' } };
}

async function status(options: SubscriptionOperationsOptions, request: OperationRequest): Promise<OperationResponse> {
  const subscription = await subscriptionOf(request);
  const last = await lastEventNumber(options.database, request.context.tenant, subscription.id);
  const entry: BundleEntry = {
    search: { mode: 'match' },
    resource: statusParameters({ ...subscription, type: 'query-status', last }),
  };
  return { resource: { resourceType: 'Bundle', type: 'searchset', total: 1, entry: [entry] } };
}

async function events(options: SubscriptionOperationsOptions, request: OperationRequest): Promise<OperationResponse> {
  const subscription = await subscriptionOf(request);
  const { tenant, author } = request.context;
  const first = numberParameter(request, 'eventsSinceNumber') ?? 1;
  const last = numberParameter(request, 'eventsUntilNumber') ?? Number.MAX_SAFE_INTEGER;
  const found = await recordedEvents(
    options.database,
    { tenant, id: subscription.id },
    { first, last, limit: MOST_EVENTS },
  );
  const readable = await Promise.all(found.map((event) => options.canRead(author, tenant, event.stored)));
  const shown = found.filter((_, i) => readable[i]);
  const total = await lastEventNumber(options.database, tenant, subscription.id);
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'history',
    timestamp: options.clock().toISOString(),
    entry: [
      {
        resource: statusParameters({ ...subscription, type: 'query-event', last: total, events: shown.map(noticeOf) }),
        request: { method: 'GET', url: `Subscription/${subscription.id}/$status` },
        response: { status: '200' },
      },
      ...shown.map(eventEntry),
    ],
  };
  return { resource: bundle };
}

function noticeOf({ number, at, stored }: RecordedEvent): EventNotice {
  return { number, at, focus: `${stored.type}/${stored.id}` };
}

function eventEntry({ stored }: RecordedEvent): BundleEntry {
  const url = `${stored.type}/${stored.id}`;
  return stored.deleted
    ? { fullUrl: url, request: { method: 'DELETE', url }, response: { status: '204' } }
    : {
        fullUrl: url,
        resource: JSON.parse(stored.json) as Resource,
        request: { method: 'PUT', url },
        response: { status: '200' },
      };
}
