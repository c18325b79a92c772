import type { BundleEntry, Subscription } from '@medplum/fhirtypes';
import { FhirError, invalid } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import { lastEventNumber } from '../socket/recorded-event.ts';
import { statusParameters } from '../status-parameters.ts';
import { isTopicUrl } from '../topics.ts';
import { parameterValues } from './request-parameters.ts';
import type { SubscriptionOperationsOptions } from './subscription-operations-options.ts';

const STATUS = /^(?:requested|active|error|off)$/;
/** Subscriptions that one answer tells of. */
const MOST = 200;

/**
 * `$status` of one Subscription, or of those that `id` and `status` name, as far as the caller may read them.
 * @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/OperationDefinition-backport-subscription-status.html
 */
export async function queryStatus(
  { database }: SubscriptionOperationsOptions,
  request: OperationRequest,
): Promise<OperationResponse> {
  const found = request.id === undefined ? await askedSubscriptions(request) : [await read(request, request.id)];
  const entry = await Promise.all(
    found.map(async ({ id, status, criteria }): Promise<BundleEntry> => {
      const last = await lastEventNumber(database, request.context.tenant, id);
      const topic = isTopicUrl(criteria) && { topic: criteria };
      return {
        search: { mode: 'match' },
        resource: statusParameters({ id, status, ...topic, type: 'query-status', last }),
      };
    }),
  );
  return { resource: { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry } };
}

type Found = Subscription & { id: string };

async function askedSubscriptions(request: OperationRequest): Promise<Found[]> {
  const values = (name: string): string[] => parameterValues(request, name).flatMap((value) => value.split(','));
  const [ids, statuses] = [values('id'), values('status')];
  if (!statuses.every((status) => STATUS.test(status)) || ids.length > MOST) {
    throw invalid('status-query', `$status takes up to ${MOST} ids, and status requested, active, error or off`);
  }
  const wanted = ({ status }: Found): boolean => statuses.length === 0 || statuses.includes(status);
  if (ids.length > 0) {
    const found = await Promise.all([...new Set(ids)].map((id) => readable(request, id)));
    return found.filter((each) => each !== undefined).filter(wanted);
  }
  const all = await request.repository.searchResources<Subscription>({
    resourceType: 'Subscription',
    sortRules: [{ code: '_lastUpdated', descending: true }],
    count: MOST,
  });
  return all.map((each) => ({ ...each, id: each.id ?? '' })).filter(wanted);
}

function read(request: OperationRequest, id: string): Promise<Found> {
  return request.repository.readResource<Subscription>('Subscription', id);
}

async function readable(request: OperationRequest, id: string): Promise<Found | undefined> {
  try {
    return await read(request, id);
  } catch (error) {
    if (error instanceof FhirError) {
      return undefined;
    }
    throw error;
  }
}
