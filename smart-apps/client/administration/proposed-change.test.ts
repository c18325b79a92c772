import type { AccessPolicy } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { changedElements, changeWords, proposedChanges } from './proposed-change.ts';

const after: AccessPolicy = { resourceType: 'AccessPolicy', id: '1', name: 'nurse', resource: [] };

it('reads what waits, and says it in words', () => {
  const [change] = proposedChanges({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'change',
        part: [
          { name: 'id', valueId: 'c1' },
          { name: 'interaction', valueCode: 'update' },
          { name: 'target', valueString: 'AccessPolicy/1' },
          { name: 'proposedBy', valueReference: { reference: 'Practitioner/2' } },
          { name: 'proposedAt', valueInstant: '2026-02-10T09:00:00Z' },
          { name: 'resource', resource: after },
        ],
      },
    ],
  });
  expect(change).toMatchObject({ id: 'c1', proposedBy: 'Practitioner/2', target: 'AccessPolicy/1' });
  expect(change && changeWords(change)).toBe('Change the access policy nurse');
});

it('reads the emptiest answer', () => {
  expect(proposedChanges({ resourceType: 'Parameters' })).toEqual([]);
  expect(proposedChanges({ resourceType: 'Parameters', parameter: [{ name: 'change' }] })).toHaveLength(1);
});

it('names what would be different, and nothing that changes with every version', () => {
  const before: AccessPolicy = { ...after, meta: { versionId: '1' }, resource: [{ resourceType: 'Patient' }] };
  expect(changedElements(before, { ...after, meta: { versionId: '2' } })).toEqual(['resource']);
  expect(changedElements(undefined, after)).toEqual(['name', 'resource']);
});
