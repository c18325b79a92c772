/** What an event tells: its key, the time zone, its references. */
import type { BotEvent } from '@medplum/core';
import { describe, expect, it } from 'vitest';
import { idempotencyKey, referenceParameters, timeZoneOf } from './bot-event.ts';

const zone = 'America/New_York';

describe('bot events', () => {
  const event: BotEvent = {
    bot: { reference: 'Bot/1' },
    contentType: 'application/fhir+json',
    input: undefined,
    secrets: {},
  };

  it('takes the host’s key, else the version that triggered it, else the trace', () => {
    const input = { resourceType: 'Observation', id: '1', meta: { versionId: '2' } };
    expect(idempotencyKey({ ...event, input, traceId: 't', headers: { 'x-idempotency-key': 'k' } })).toBe('k');
    expect(idempotencyKey({ ...event, input, traceId: 't' })).toBe('Observation/1/_history/2');
    expect(idempotencyKey({ ...event, traceId: 't' })).toBe('t');
    expect(idempotencyKey(event)).toBeUndefined();
  });

  it('takes the clinic’s time zone when it is one', () => {
    expect(timeZoneOf({ ...event, secrets: { TIME_ZONE: { name: 'TIME_ZONE', valueString: zone } } })).toBe(zone);
    expect(timeZoneOf({ ...event, secrets: { TIME_ZONE: { name: 'TIME_ZONE', valueString: 'Mars/Olympus' } } })).toBe(
      'UTC',
    );
  });

  it('reads reference parameters of one name', () => {
    const parameter = [
      { name: 'patient', valueReference: { reference: 'Patient/1' } },
      { name: 'other' },
      { name: 'patient' },
    ];
    expect(referenceParameters({ resourceType: 'Parameters', parameter }, 'patient')).toEqual(['Patient/1']);
  });
});
