/** Who is assessed, by what triggered the run. */
import type { BotEvent } from '@medplum/core';
import { describe, expect, it } from 'vitest';
import { riskRequest } from './trigger.ts';

const event = (input: unknown, more: Partial<BotEvent> = {}): BotEvent => ({
  bot: {},
  contentType: '',
  input,
  secrets: {},
  ...more,
});
const subject = { reference: 'Patient/p1' };

describe('riskRequest', () => {
  it.each([
    [{ resourceType: 'Observation', subject }],
    [{ resourceType: 'Encounter', subject }],
    [{ resourceType: 'QuestionnaireResponse', subject }],
    [{ resourceType: 'Appointment', participant: [{ actor: { reference: 'Practitioner/x' } }, { actor: subject }] }],
    [{ resourceType: 'Patient', id: 'p1' }],
  ])('%o is about p1', (input) => {
    expect(riskRequest(event(input)).patientIds).toEqual(['p1']);
  });

  it('takes each patient of a list once', () => {
    const parameter = ['Patient/a', 'Patient/b', 'Patient/a', 'Group/c'].map((reference) => ({
      name: 'patient',
      valueReference: { reference },
    }));
    expect(riskRequest(event({ resourceType: 'Parameters', parameter })).patientIds).toEqual(['a', 'b']);
  });

  it('is about nobody without a patient', () => {
    for (const input of [
      undefined,
      'text',
      {},
      { resourceType: 'Observation' },
      { resourceType: 'Appointment' },
      { resourceType: 'Flag', subject },
    ]) {
      expect(riskRequest(event(input)).patientIds).toEqual([]);
    }
  });

  it('does not take the version of a Patient for the key of a run asked for by hand', () => {
    const patient = { resourceType: 'Patient', id: 'p1', meta: { versionId: '1' } };
    expect(riskRequest(event(patient)).key).toBeUndefined();
    expect(riskRequest(event({ ...patient, resourceType: 'Observation', subject })).key).toBe(
      'Observation/p1/_history/1',
    );
  });
});
