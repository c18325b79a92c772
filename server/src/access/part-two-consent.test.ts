/** What a consent opens of records under 42 CFR Part 2. @see security.md S48 */
import type { Consent } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import type { AccessGrant } from './access-grant.ts';
import { appsRuleSet, partTwoGrant, releaseOf } from './part-two-consent.ts';
import { plainRule, ruleSetOf } from './rule-set.ts';

const policy = ruleSetOf(
  'AccessPolicy/x',
  [
    {
      ...plainRule('Condition', ['read', 'update']),
      criteria: 'Condition?_security:not=42CFRPart2&_compartment=Organization/1',
    },
  ],
  () => false,
);
const grant: AccessGrant = { tenant: 2, ruleSets: [policy, appsRuleSet], system: false, extendedMode: false };
const release = { patient: 'p', consent: 'c' };
const criteriaOf = (one: AccessGrant, set: number, interaction: 'read' | 'update' = 'read') =>
  one.ruleSets[set]?.rulesFor('Condition', interaction).map(({ criteria }) => criteria);

it('S48: what names the person opens the policy, and what names the app opens the app; each keeps its other limits', () => {
  const person = partTwoGrant(grant, { person: [release], app: [] });
  expect(criteriaOf(person, 0)?.[1]).toBe(
    'Condition?_security=42CFRPart2&_compartment=Patient/p&_compartment=Organization/1',
  );
  expect(criteriaOf(person, 1)).toEqual(['Condition?_security:not=42CFRPart2']);
  const app = partTwoGrant(grant, { person: [], app: [release] });
  expect(criteriaOf(app, 0)).toHaveLength(1);
  expect(criteriaOf(app, 1)?.[1]).toBe('Condition?_security=42CFRPart2&_compartment=Patient/p');
  expect(criteriaOf(person, 0, 'update')).toHaveLength(1);
  expect(partTwoGrant(grant, { person: [], app: [] })).toBe(grant);
  expect(partTwoGrant(grant, { person: [release], app: [] })).toBe(person);
});

it('S48: the emptiest consent, and one without a patient, release nothing', () => {
  const bare = { resourceType: 'Consent', status: 'active', id: 'c', scope: {}, category: [] } as unknown as Consent;
  expect(releaseOf(bare, new Date())).toBeUndefined();
  const provision = { type: 'permit', securityLabel: [{ code: '42CFRPart2' }] } as const;
  expect(
    releaseOf({ ...bare, provision: { ...provision, securityLabel: [...provision.securityLabel] } }, new Date()),
  ).toBeUndefined();
});
