// https://hl7.org/fhir/R4/http.html#trules
import type { Patient, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { conditionalReferences, danglingReferences, resolveReferences } from './bundle-references.ts';

const map = new Map([
  ['urn:uuid:1', 'Patient/a'],
  ['Patient?identifier=x|1', 'Patient/b'],
]);

describe('resolveReferences', () => {
  it('replaces references, uris and narrative links, and nothing else', () => {
    const resource = {
      resourceType: 'Observation',
      subject: { reference: 'urn:uuid:1' },
      performer: [{ reference: 'Patient?identifier=x|1' }],
      identifier: [{ system: 'urn:ietf:rfc:3986', value: 'urn:uuid:1' }],
      text: { status: 'generated', div: '<div><a href="urn:uuid:1">x</a> urn:uuid:2</div>' },
      extension: [{ url: 'http://x', valueUri: 'urn:uuid:1' }],
    };
    expect(resolveReferences(resource as unknown as Resource, map)).toEqual({
      ...resource,
      subject: { reference: 'Patient/a' },
      performer: [{ reference: 'Patient/b' }],
      text: { status: 'generated', div: '<div><a href="Patient/a">x</a> urn:uuid:2</div>' },
      extension: [{ url: 'http://x', valueUri: 'Patient/a' }],
    });
  });

  it('leaves the resource as it was given', () => {
    const resource: Patient = {
      resourceType: 'Patient',
      link: [{ type: 'seealso', other: { reference: 'urn:uuid:1' } }],
    };
    resolveReferences(resource, map);
    expect(resource.link?.[0]?.other.reference).toBe('urn:uuid:1');
  });
});

describe('conditionalReferences and danglingReferences', () => {
  it('finds references by criteria anywhere', () => {
    const found = conditionalReferences({ a: [{ reference: 'Patient?identifier=1' }, { reference: 'Patient/1' }] });
    expect([...found]).toEqual(['Patient?identifier=1']);
  });

  it('finds urns that no entry bears, with their path', () => {
    const resource = {
      resourceType: 'Observation',
      performer: [{ reference: 'urn:uuid:1' }, { reference: 'urn:uuid:9' }],
    };
    expect(danglingReferences(resource, map)).toEqual([{ path: 'performer[1].reference', value: 'urn:uuid:9' }]);
  });
});
