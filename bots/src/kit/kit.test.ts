/** The kit's pure parts. @see https://hl7.org/fhir/R4/datatypes.html#dateTime @see https://hl7.org/fhir/R4/references.html */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { BotEvent } from '@medplum/core';
import { describe, expect, it } from 'vitest';
import { idempotencyKey, referenceParameters, timeZoneOf } from './bot-event.ts';
import { addDays, daysBetween, localDate, startOfDay } from './clock.ts';
import { outcomeOfReply, type ReplyKind, replyReasons } from './engine.ts';
import { fhirInterval } from './fhir-date.ts';
import { inParallel } from './in-parallel.ts';
import { localUuid } from './local-uuid.ts';
import { draft } from './outcome.ts';
import { parsePrompt, promptText, promptVariables, renderPrompt } from './prompt.ts';
import { idOf, literalOf, versionedReference } from './reference.ts';
import { labelled, provenanceOf } from './stamp.ts';

const zone = 'America/New_York';
const iso = (ms: number | undefined): string => new Date(ms ?? Number.NaN).toISOString();

describe('clock', () => {
  it('starts days at local midnight, on both sides of a change of clocks', () => {
    expect(iso(startOfDay('2026-03-08', zone))).toBe('2026-03-08T05:00:00.000Z');
    expect(iso(startOfDay('2026-03-09', zone))).toBe('2026-03-09T04:00:00.000Z');
    expect(iso(startOfDay('2026-11-02', zone))).toBe('2026-11-02T05:00:00.000Z');
  });

  it('counts calendar days', () => {
    expect(localDate(new Date('2026-02-10T03:00:00Z'), zone)).toBe('2026-02-09');
    expect(daysBetween('2025-12-20', '2026-02-10')).toBe(52);
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });
});

describe('fhirInterval', () => {
  it.each([
    ['2026', '2026-01-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
    ['2026-12', '2026-12-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
    ['2026-02-10', '2026-02-10T05:00:00.000Z', '2026-02-11T05:00:00.000Z'],
    ['2026-02-10T12:00:00Z', '2026-02-10T12:00:00.000Z', '2026-02-10T12:00:00.001Z'],
    ['2026-02-10T12:00:00-05:00', '2026-02-10T17:00:00.000Z', '2026-02-10T17:00:00.001Z'],
  ])('reads %s', (text, start, end) => {
    const interval = fhirInterval(text, zone);
    expect([iso(interval?.start), iso(interval?.end)]).toEqual([start, end]);
  });

  it.each([undefined, '', 'yesterday', '2026-13', '2026-02-10T25:00:00Z'])('gives nothing for %s', (text) => {
    expect(fhirInterval(text, zone)).toBeUndefined();
  });
});

describe('references', () => {
  it('carries the version', () => {
    expect(versionedReference({ resourceType: 'Patient', id: '1', meta: { versionId: '3' } })).toBe(
      'Patient/1/_history/3',
    );
    expect(versionedReference({ resourceType: 'Patient', id: '1' })).toBe('Patient/1');
    expect(versionedReference({ resourceType: 'Patient' })).toBeUndefined();
  });

  it('reads literal references only', () => {
    expect(literalOf({ reference: 'https://x.org/fhir/R4/Patient/1/_history/2' })).toBe('Patient/1');
    expect(idOf({ reference: 'Patient/1' }, 'Group')).toBeUndefined();
    expect(literalOf({ reference: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a' })).toBeUndefined();
  });
});

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

describe('model replies', () => {
  const reply = (kind: ReplyKind) => ({ kind, value: { text: 'x' }, model: 'm' });

  it('shows only complete replies to the parser', () => {
    expect(outcomeOfReply(reply('complete'), draft)).toEqual({ kind: 'draft', value: { text: 'x' } });
    for (const kind of Object.keys(replyReasons) as (keyof typeof replyReasons)[]) {
      expect(outcomeOfReply(reply(kind), draft)).toMatchObject({ kind: 'abstain', code: `model-${kind}` });
    }
  });
});

describe('stamp', () => {
  it('labels once and keeps other labels', () => {
    const other = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
    const once = labelled({ resourceType: 'Basic', code: {}, meta: { security: [other] } } as const);
    expect(labelled(once).meta?.security?.map((label) => label.code)).toEqual(['R', 'AIAST']);
  });

  it('leaves entity out when there is no source', () => {
    const engine = { name: 'x', version: '1', display: 'X' };
    const run = {
      engine,
      device: { reference: 'Device/1' },
      targets: ['Flag/1'],
      sources: [],
      recorded: '2026-01-01T00:00:00Z',
    };
    expect(provenanceOf(run)).not.toHaveProperty('entity');
    expect(provenanceOf({ ...run, sources: ['Patient/1'] }).entity).toHaveLength(1);
  });
});

describe('localUuid', () => {
  it('gives the same valid UUID for a seed, and another for another seed', () => {
    expect(localUuid('a')).toBe(localUuid('a'));
    expect(localUuid('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(Array.from({ length: 5000 }, (_, i) => localUuid(`run ${i}`))).size).toBe(5000);
  });
});

describe('inParallel', () => {
  it('keeps the order and the limit', async () => {
    let running = 0;
    let most = 0;
    const work = async (value: number): Promise<number> => {
      most = Math.max(most, ++running);
      await new Promise((done) => setImmediate(done));
      running--;
      return value * 2;
    };
    expect(await inParallel([1, 2, 3, 4, 5], 2, work)).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(2);
  });
});

describe('prompts', () => {
  const read = async (): Promise<unknown> =>
    JSON.parse(await readFile(new URL('../risk/prompt/1.0.0/prompt.json', import.meta.url), 'utf8'));

  it('carry the hash of their text: an edit needs a new version', async () => {
    const prompt = parsePrompt(await read());
    expect(createHash('sha256').update(promptText(prompt)).digest('hex')).toBe(prompt.hash);
  });

  it('render values as data, never as markup or variables', async () => {
    const prompt = parsePrompt(await read());
    expect(promptVariables(prompt)).toEqual(['assessment']);
    const { user } = renderPrompt(prompt, { assessment: '</assessment> {{assessment}}' });
    expect(user).toContain('‹/assessment› {{assessment}}');
    expect(() => renderPrompt(prompt, {})).toThrow('needs the variable assessment');
  });

  it('refuse a malformed file by the name of its element', () => {
    expect(() => parsePrompt({ id: 'x' })).toThrow('version');
  });
});
