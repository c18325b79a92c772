import type { Parameters, Subscription } from '@medplum/fhirtypes';
import { invalid } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import { issueBindingToken } from '../socket/binding-token.ts';
import { parameterValues } from './request-parameters.ts';
import type { SubscriptionOperationsOptions } from './subscription-operations-options.ts';

/** Subscriptions that one token may bind to. */
const MOST = 100;

/**
 * `$get-ws-binding-token` of one Subscription, or of those that `id` names. Needs the right to read each of them.
 * @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/OperationDefinition-backport-subscription-get-ws-binding-token.html
 */
export async function bindingToken(
  options: SubscriptionOperationsOptions,
  request: OperationRequest,
): Promise<OperationResponse> {
  const ids = request.id === undefined ? asked(request) : [request.id];
  const { repository, context } = request;
  for (const id of ids) {
    const { channel } = await repository.readResource<Subscription>('Subscription', id);
    if (channel.type !== 'websocket') {
      throw invalid('not-websocket', 'The channel of the Subscription is not websocket', 'Subscription.channel.type');
    }
  }
  const { token, expiration } = await issueBindingToken(options.database, {
    tenant: context.tenant,
    subscriptions: ids,
    author: context.author,
    ...(context.loginId !== undefined && { login: context.loginId }),
    now: options.clock(),
  });
  const resource: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'token', valueString: token },
      { name: 'expiration', valueDateTime: expiration.toISOString() },
      ...ids.map((id) => ({ name: 'subscription', valueString: id })),
      { name: 'websocket-url', valueUrl: `${options.baseUrl.replace(/^http/, 'ws')}/ws/subscriptions-r4` },
    ],
  };
  return { resource, headers: { 'cache-control': 'no-store' } };
}

function asked(request: OperationRequest): string[] {
  const ids = [...new Set(parameterValues(request, 'id').flatMap((value) => value.split(',')))];
  if (ids.length === 0 || ids.length > MOST) {
    throw invalid('binding-ids', `$get-ws-binding-token needs the id of 1 to ${MOST} Subscriptions`);
  }
  return ids;
}
