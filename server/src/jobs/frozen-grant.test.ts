import type { AccessPolicy } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import {
  type AccessGrant,
  compilePolicies,
  compileScopes,
  decide,
  hiddenFields,
  type RuleSet,
} from '../access/index.ts';
import { freezeGrant, thawGrant } from './frozen-grant.ts';

const TYPES = ['Patient', 'Observation', 'Condition', 'AccessPolicy'];

function grant(): AccessGrant {
  const policy: AccessPolicy = {
    resourceType: 'AccessPolicy',
    name: 'a',
    resource: [
      { resourceType: 'Patient', hiddenFields: ['name'], readonly: true },
      { resourceType: 'Observation', criteria: 'Observation?status=final' },
    ],
  };
  const member = compilePolicies([{ policy, parameters: {} }], { role: 'member', projectId: 'p' });
  const scope = compileScopes('system/*.rs', { compartmentTypes: new Set() }) as RuleSet;
  return { tenant: 9, ruleSets: [member, scope], system: true, extendedMode: true };
}

test('says the same after a journey as JSON, and never has the rights of the system', () => {
  const before = grant();
  const after = thawGrant(JSON.parse(JSON.stringify(freezeGrant(before, TYPES))) as never);
  expect(after.system).toBe(false);
  expect(after.extendedMode).toBe(true);
  for (const type of TYPES) {
    for (const interaction of ['create', 'read', 'search', 'update', 'delete'] as const) {
      expect(decide(after, type, interaction), `${interaction} ${type}`).toBe(decide(before, type, interaction));
      for (const [n, ruleSet] of before.ruleSets.entries()) {
        expect(after.ruleSets[n]?.rulesFor(type, interaction)).toEqual(ruleSet.rulesFor(type, interaction));
      }
    }
    expect(hiddenFields(after, type)).toEqual(hiddenFields(before, type));
  }
  expect(decide(after, 'Patient', 'read')).toBe('all');
  expect(decide(after, 'Observation', 'read')).toBe('filtered');
  expect(decide(after, 'Condition', 'read')).toBe('none');
});
