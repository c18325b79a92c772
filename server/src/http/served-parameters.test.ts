import { describe, expect, it } from 'vitest';
import { servedParameters } from './served-parameters.ts';

const registered = ['_id', '_lastUpdated', '_query', 'patient', 'site', 'near', 'other'].map((code) => ({
  code,
  type: code === 'patient' || code === 'site' ? 'reference' : 'special',
  url: `urn:${code}`,
}));
const codes = (type: string) => servedParameters(type, registered).map(({ code }) => code);

describe('servedParameters', () => {
  it('names what a search takes, by the types of R4, and nothing that it does not understand', () => {
    expect(codes('Patient')).toEqual(['_id', '_lastUpdated', 'patient', 'site', 'near', '_filter']);
    expect(
      servedParameters('Patient', registered)
        .slice(0, 2)
        .map(({ type }) => type),
    ).toEqual(['token', 'date']);
  });

  it('names for AuditEvent only what the audit is searched by', () => {
    expect(codes('AuditEvent')).toEqual(['_id', '_lastUpdated', 'patient']);
  });
});
