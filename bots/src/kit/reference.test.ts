/** Literal and versioned references. @see https://hl7.org/fhir/R4/references.html */
import { describe, expect, it } from 'vitest';
import { idOf, literalOf, versionedReference } from './reference.ts';

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
