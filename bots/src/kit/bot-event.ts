import type { BotEvent } from '@medplum/core';
import type { Parameters, Resource } from '@medplum/fhirtypes';
import { isTimeZone } from './clock.ts';
import { versionedReference } from './reference.ts';

function header(event: BotEvent, name: string): string | undefined {
  const value = event.headers?.[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The input as a FHIR resource, when it is one. */
export function inputResource(event: BotEvent): Resource | undefined {
  const input = event.input;
  return typeof input === 'object' && input !== null && 'resourceType' in input ? (input as Resource) : undefined;
}

/**
 * Key of this event: the host's idempotency key, else the version that triggered it, else the trace id. Two deliveries
 * of one event have the same key; undefined when nothing identifies the event.
 */
export function idempotencyKey(event: BotEvent): string | undefined {
  const given = header(event, 'x-idempotency-key') ?? header(event, 'idempotency-key');
  if (given) {
    return given;
  }
  const resource = inputResource(event);
  const versioned = resource?.meta?.versionId ? versionedReference(resource) : undefined;
  return versioned ?? event.traceId;
}

/** The clinic's time zone: the bot's secret `TIME_ZONE`, else UTC. */
export function timeZoneOf(event: BotEvent): string {
  const zone = event.secrets.TIME_ZONE?.valueString;
  return zone && isTimeZone(zone) ? zone : 'UTC';
}

/** Values of the `Parameters.parameter`s of one name that are references. */
export function referenceParameters(parameters: Parameters, name: string): string[] {
  return (parameters.parameter ?? []).flatMap((each) =>
    each.name === name && each.valueReference?.reference ? [each.valueReference.reference] : [],
  );
}
