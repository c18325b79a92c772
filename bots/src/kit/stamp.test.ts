/** Label, Device and Provenance of what an engine wrote. @see https://hl7.org/fhir/R4/provenance.html */
import { describe, expect, it } from 'vitest';
import { labelled, provenanceOf } from './stamp.ts';

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
