import { expect, test } from 'vitest';
import type { AccessGrant, AccessRule } from './access-grant.ts';
import { patientReach } from './patient-reach.ts';
import { plainRule, ruleSetOf } from './rule-set.ts';

const rule = (criteria?: string): AccessRule => ({ ...plainRule('AuditEvent', ['read', 'search']), criteria });
const grantOf = (...sets: readonly (readonly AccessRule[])[]): AccessGrant => ({
  tenant: 2,
  ruleSets: sets.map((rules) => ruleSetOf('x', rules, () => true)),
  system: false,
  extendedMode: false,
});
const reach = (...sets: readonly (readonly AccessRule[])[]) => patientReach(grantOf(...sets), 'AuditEvent', 'search');

test('no rule is none, a rule without criteria is all', () => {
  expect(reach([])).toBe('none');
  expect(reach([rule('AuditEvent?patient=Patient/a'), rule()])).toBe('all');
});

test('patients by compartment or parameter; several RuleSets leave what all of them permit', () => {
  expect(reach([rule('AuditEvent?_compartment=Patient/a'), rule('AuditEvent?patient=b')])).toEqual(new Set(['a', 'b']));
  expect(reach([rule('AuditEvent?patient=a,b')], [rule()], [rule('AuditEvent?patient=Patient/b')])).toEqual(
    new Set(['b']),
  );
});

test('criteria that say anything else open nothing', () => {
  for (const criteria of [
    'AuditEvent?agent=x',
    'AuditEvent?patient=a&agent=x',
    'AuditEvent?_compartment=Practitioner/a',
  ]) {
    expect(reach([rule(criteria)])).toEqual(new Set());
  }
});
