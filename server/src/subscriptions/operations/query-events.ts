import type { Bundle, Subscription } from '@medplum/fhirtypes';
import { invalid } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import { eventsBundle } from '../backport-bundle.ts';
import { lastEventNumber, notifiedEvent, recordedEvents } from '../socket/recorded-event.ts';
import type { PayloadContent } from '../subscription-entry.ts';
import { isTopicUrl } from '../topics.ts';
import { numberParameter, parameterValues } from './request-parameters.ts';
import type { SubscriptionOperationsOptions } from './subscription-operations-options.ts';

/** Events in one answer; the rest is asked for from the number behind the last. */
const MOST_EVENTS = 200;

/**
 * `$events` of a Subscription from `eventsSinceNumber` to `eventsUntilNumber`, each with as much as `content` says. What the caller
 * may not read now is left out.
 * @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/OperationDefinition-backport-subscription-events.html
 */
export async function queryEvents(
  { database, canRead, shownTo, clock, baseUrl }: SubscriptionOperationsOptions,
  request: OperationRequest,
): Promise<OperationResponse> {
  const { id, status, criteria } = await request.repository.readResource<Subscription>(
    'Subscription',
    request.id ?? '',
  );
  const { tenant, author, loginId } = request.context;
  const first = numberParameter(request, 'eventsSinceNumber') ?? 1;
  const last = numberParameter(request, 'eventsUntilNumber') ?? Number.MAX_SAFE_INTEGER;
  const content = contentOf(request);
  const found = await recordedEvents(database, { tenant, id }, { first, last, limit: MOST_EVENTS });
  const seen = await Promise.all(
    found.map(async (event) => {
      const mayRead = await canRead(author, tenant, event.stored, loginId);
      return mayRead
        ? [{ ...notifiedEvent(event), content: await shownTo(author, tenant, event.stored, loginId) }]
        : [];
    }),
  );
  const shown = seen.flat();
  const facts = { id, status, type: 'query-event', last: await lastEventNumber(database, tenant, id) } as const;
  const topic = isTopicUrl(criteria) && { topic: criteria };
  const text = eventsBundle({ ...facts, ...topic }, shown, content, { at: clock(), baseUrl });
  return { resource: JSON.parse(text) as Bundle };
}

function contentOf(request: OperationRequest): PayloadContent {
  const [content = 'full-resource'] = parameterValues(request, 'content');
  if (content !== 'empty' && content !== 'id-only' && content !== 'full-resource') {
    throw invalid('events-content', 'content must be empty, id-only or full-resource');
  }
  return content;
}
