import type { AccessPolicy } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { mayReadNotes, mayUpdateClaims } from './claim-rights.ts';

const policy = (resource: AccessPolicy['resource']): AccessPolicy => ({ resourceType: 'AccessPolicy', resource });

it('lets who bills change claims and read no note', () => {
  const billing = policy([{ resourceType: 'Claim', interaction: ['read', 'search', 'update'] }]);
  expect(mayUpdateClaims(billing)).toBe(true);
  expect(mayReadNotes(billing)).toBe(false);
});

it('lets who signs read notes and change no claim', () => {
  const physician = policy([
    { resourceType: 'Claim', interaction: ['read', 'search'] },
    { resourceType: 'DocumentReference', criteria: 'DocumentReference?doc-status=final' },
  ]);
  expect(mayUpdateClaims(physician)).toBe(false);
  expect(mayReadNotes(physician)).toBe(true);
  expect(mayReadNotes(undefined)).toBe(true);
});
