import type { Consent } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { optOutConsent, optOutQuery, optOuts } from './opt-out.ts';

const NOW = new Date('2026-11-24T10:00:00Z');

describe('opt-outs', () => {
  it('come back as they were written', () => {
    const consent = optOutConsent('p1', 'ai', ['Condition', 'Observation'], NOW);
    expect(consent.provision?.class?.map(({ code }) => code)).toEqual(['Condition', 'Observation']);
    expect(optOuts([consent])).toMatchObject([
      { kind: 'ai', types: ['Condition', 'Observation'], since: NOW.toISOString() },
    ]);
  });

  it('speak of the whole record where no type is named', () => {
    const consent = optOutConsent('p1', 'apps', [], NOW);
    expect(consent.provision).toEqual({ type: 'deny' });
    expect(optOuts([consent])).toMatchObject([{ kind: 'apps', types: [] }]);
  });

  it('are neither permissions, nor over, nor of another kind, nor empty', () => {
    const refusal = optOutConsent('p1', 'ai', [], NOW);
    const others: Consent[] = [
      { ...refusal, status: 'inactive' },
      { ...refusal, provision: { type: 'permit' } },
      { ...refusal, category: [{ coding: [{ code: 'visit-recording' }] }] },
      { resourceType: 'Consent' } as Consent,
    ];
    expect(optOuts(others)).toEqual([]);
  });

  it('are asked for by patient and category', () => {
    expect(optOutQuery('p1')).toContain('patient=Patient/p1&status=active&category=');
    expect(optOutQuery('p1')).toContain('|opt-out-ai,');
  });
});
