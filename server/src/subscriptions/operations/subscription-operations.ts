import type { Operation } from '../../repository/index.ts';
import { bindingToken } from './binding-token.ts';
import { deadLetterOperations } from './dead-letter-operations.ts';
import { queryEvents } from './query-events.ts';
import { queryStatus } from './query-status.ts';
import type { SubscriptionOperationsOptions } from './subscription-operations-options.ts';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition';

/** The operations on Subscription: binding token, status, recorded events, dead letters and their replay. */
export function subscriptionOperations(options: SubscriptionOperationsOptions): Operation[] {
  const operation = (
    level: 'type' | 'instance',
    name: string,
    handle: (
      options: SubscriptionOperationsOptions,
      ...request: Parameters<Operation['handle']>
    ) => ReturnType<Operation['handle']>,
  ): Operation => ({
    ...{ name: `$${name}`, level, types: ['Subscription'], methods: ['GET', 'POST'] },
    definition: `${BACKPORT}/backport-subscription-${name}`,
    handle: (request) => handle(options, request),
  });
  return [
    operation('instance', 'get-ws-binding-token', bindingToken),
    operation('type', 'get-ws-binding-token', bindingToken),
    operation('instance', 'status', queryStatus),
    operation('type', 'status', queryStatus),
    operation('instance', 'events', queryEvents),
    ...deadLetterOperations(options.database),
  ];
}
