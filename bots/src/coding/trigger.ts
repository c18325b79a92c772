import type { BotEvent } from '@medplum/core';
import type { DocumentReference } from '@medplum/fhirtypes';
import { idempotencyKey, inputResource, literalOf } from '../kit/index.ts';

/** Which note is to be coded. */
export interface CodingRequest {
  /** Literal reference. */
  readonly document: string;
  /** The note, where the event brought it. */
  readonly known?: DocumentReference;
  readonly key?: string;
}

/** Reads an event: a DocumentReference, or Parameters that name one as `document`. Undefined for anything else. */
export function codingRequest(event: BotEvent): CodingRequest | undefined {
  const resource = inputResource(event);
  if (resource?.resourceType === 'DocumentReference' && resource.id) {
    return { document: `DocumentReference/${resource.id}`, known: resource, key: idempotencyKey(event) };
  }
  const named = resource?.resourceType === 'Parameters' && resource.parameter?.find((each) => each.name === 'document');
  const document = named ? literalOf(named.valueReference) : undefined;
  return document?.startsWith('DocumentReference/')
    ? { document, key: idempotencyKey({ ...event, input: undefined }) }
    : undefined;
}
