import type { Parameters, ParametersParameter, Subscription } from '@medplum/fhirtypes';
import { z } from 'zod';
import type { Database } from '../../database/index.ts';
import { conflict, FhirError, forbidden, invalid } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import { type DeadLetter, deadLetters, replayDeadLetters, subscriptionsWithDeadLetters } from './dead-letters.ts';
import { numberParameter } from './request-parameters.ts';

const OURS = 'https://mindbridge.health/fhir/OperationDefinition';

const cursorSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Za-z0-9\-.]{1,64} \d{1,15}$/)
  .transform((text) => {
    const [at = '', subscription = '', number = ''] = text.split(' ');
    return { at: new Date(at), subscription, number: Number(number) };
  });
const querySchema = z.object({
  _count: z.coerce.number().int().min(1).max(100).default(50),
  cursor: cursorSchema.optional(),
});

/** `$dead-letters` of one Subscription or of all, and `$replay`. */
export function deadLetterOperations(database: Database): Operation[] {
  const list: Omit<Operation, 'level'> = {
    name: '$dead-letters',
    types: ['Subscription'],
    methods: ['GET'],
    definition: `${OURS}/Subscription-dead-letters`,
    handle: (request) => listDeadLetters(database, request),
  };
  return [
    { ...list, level: 'instance' },
    { ...list, level: 'type' },
    {
      name: '$replay',
      level: 'instance',
      types: ['Subscription'],
      methods: ['POST'],
      definition: `${OURS}/Subscription-replay`,
      handle: (request) => replay(database, request),
    },
  ];
}

async function listDeadLetters(database: Database, request: OperationRequest): Promise<OperationResponse> {
  const query = querySchema.safeParse(Object.fromEntries(request.query));
  if (!query.success) {
    throw invalid('dead-letters-query', '$dead-letters takes _count from 1 to 100 and the cursor of the page before');
  }
  const { tenant } = request.context;
  const asked = request.id === undefined ? await subscriptionsWithDeadLetters(database, tenant) : [request.id];
  const readable = await readableSubscriptions(request, asked);
  const { _count: count, cursor: before } = query.data;
  const filter = { tenant, subscriptions: [...readable.keys()], before, limit: count + 1 };
  const letters = await deadLetters(database, filter);
  const shown = letters.slice(0, count);
  const last = letters.length > count ? shown.at(-1) : undefined;
  const next = last && `${last.finished_at.toISOString()} ${last.subscription} ${last.number}`;
  const resource: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      ...shown.map((letter) => ({ name: 'dead-letter', part: letterParts(letter, readable) })),
      ...(next === undefined ? [] : [{ name: 'next', valueString: next }]),
    ],
  };
  return { resource, headers: { 'cache-control': 'no-store' } };
}

/** The reasons of those Subscriptions that the caller may read. @throws FhirError 404 for the one of the address */
async function readableSubscriptions(request: OperationRequest, ids: readonly string[]): Promise<Map<string, string>> {
  const reasons = new Map<string, string>();
  for (const id of ids) {
    try {
      reasons.set(id, (await request.repository.readResource<Subscription>('Subscription', id)).reason);
    } catch (error) {
      if (request.id !== undefined || !(error instanceof FhirError)) {
        throw error;
      }
    }
  }
  return reasons;
}

function letterParts(letter: DeadLetter, reasons: ReadonlyMap<string, string>): ParametersParameter[] {
  const display = reasons.get(letter.subscription);
  const reference = `Subscription/${letter.subscription}`;
  return [
    { name: 'subscription', valueReference: { reference, ...(display !== undefined && { display }) } },
    { name: 'channel', valueCode: letter.channel },
    { name: 'event-number', valueString: String(letter.number) },
    { name: 'focus', valueReference: { reference: `${letter.type}/${letter.id}/_history/${letter.version}` } },
    { name: 'attempts', valueInteger: letter.attempts },
    { name: 'error', valueString: letter.error ?? 'unknown' },
    { name: 'timestamp', valueInstant: letter.finished_at.toISOString() },
  ];
}

/** Sends dead letters again: the one of `eventNumber`, or all. Needs the right to update the Subscription. */
async function replay(database: Database, request: OperationRequest): Promise<OperationResponse> {
  const subscription = await request.repository.readResource<Subscription>('Subscription', request.id ?? '');
  if (request.grant.ruleSets.some((rules) => rules.rulesFor('Subscription', 'update').length === 0)) {
    throw forbidden('interaction-denied', 'You may not update Subscription');
  }
  const number = numberParameter(request, 'eventNumber');
  const count = await replayDeadLetters(database, request.context.tenant, subscription.id, number);
  if (number !== undefined && count === 0) {
    throw conflict('not-dead', 'The event is not a dead letter of this Subscription');
  }
  return { resource: { resourceType: 'Parameters', parameter: [{ name: 'replayed', valueInteger: count }] } };
}
