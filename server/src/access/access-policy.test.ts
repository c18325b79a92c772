/**
 * @see https://www.medplum.com/docs/access/access-policies
 * @see security.md, role matrix
 */
import type { AccessPolicy } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { AccessGrant, AccessInteraction } from './access-grant.ts';
import { compilePolicies, mergedPolicy } from './access-policy.ts';
import { decide } from './decide.ts';
import { hiddenFields } from './hidden-fields.ts';

const caseManager: AccessPolicy = {
  resourceType: 'AccessPolicy',
  name: 'case-manager',
  resource: [
    { resourceType: 'Patient', interaction: ['read', 'search'], criteria: 'Patient?_compartment=%panel' },
    { resourceType: 'Task', criteria: 'Task?_compartment=%panel' },
    { resourceType: 'Practitioner', readonly: true, hiddenFields: ['telecom'] },
  ],
};
const everything: AccessPolicy = { resourceType: 'AccessPolicy', name: 'all', resource: [{ resourceType: '*' }] };

function grantOf(
  policies: AccessPolicy[],
  options: { admin?: boolean; parameters?: Record<string, string> } = {},
): AccessGrant {
  const inputs = policies.map((policy) => ({ policy, parameters: options.parameters ?? {} }));
  const ruleSet = compilePolicies(inputs, { role: options.admin ? 'admin' : 'member', projectId: 'p1' });
  return { tenant: 2, ruleSets: [ruleSet], system: false, extendedMode: false };
}

describe('compilePolicies', () => {
  it('fills parameters into criteria', () => {
    const grant = grantOf([caseManager], { parameters: { panel: 'Practitioner/maria' } });
    expect(grant.ruleSets[0]?.rulesFor('Patient', 'read')[0]?.criteria).toBe('Patient?_compartment=Practitioner/maria');
  });

  it('grants nothing by a rule whose parameter has no value', () => {
    expect(decide(grantOf([caseManager]), 'Patient', 'read')).toBe('none');
  });

  it('keeps a parameter from adding criteria of its own', () => {
    const grant = grantOf([caseManager], { parameters: { panel: 'Practitioner/x&_id=1' } });
    expect(grant.ruleSets[0]?.rulesFor('Patient', 'read')[0]?.criteria).toBe(
      'Patient?_compartment=Practitioner/x%26_id%3D1',
    );
  });

  const member = grantOf([caseManager], { parameters: { panel: 'Practitioner/maria' } });
  const owner = grantOf([], { admin: true });
  const client = grantOf([]);
  const cells: [string, AccessGrant, string, AccessInteraction, string][] = [
    ['case manager', member, 'Patient', 'read', 'filtered'],
    ['case manager', member, 'Patient', 'update', 'none'],
    ['case manager', member, 'Task', 'create', 'filtered'],
    ['case manager', member, 'Practitioner', 'search', 'all'],
    ['case manager', member, 'Practitioner', 'update', 'none'],
    ['case manager', member, 'MedicationRequest', 'read', 'none'],
    ['case manager', member, 'AccessPolicy', 'update', 'none'],
    ['`*` policy', grantOf([everything]), 'Observation', 'delete', 'all'],
    ['`*` policy', grantOf([everything]), 'ProjectMembership', 'read', 'none'],
    ['`*` policy', grantOf([everything]), 'User', 'read', 'none'],
    ['`*` policy', grantOf([everything]), 'Login', 'search', 'none'],
    ['`*` policy', grantOf([everything]), 'JsonWebKey', 'read', 'none'],
    ['owner', owner, 'Patient', 'create', 'all'],
    ['owner', owner, 'AccessPolicy', 'create', 'all'],
    ['owner', owner, 'ProjectMembership', 'update', 'all'],
    ['owner', owner, 'ProjectMembership', 'create', 'none'],
    ['owner', owner, 'Project', 'read', 'filtered'],
    ['owner', owner, 'Project', 'update', 'none'],
    ['owner', owner, 'User', 'read', 'none'],
    ['client without policy', client, 'Observation', 'create', 'all'],
    ['client without policy', client, 'AccessPolicy', 'read', 'none'],
    ['client without policy', client, 'ClientApplication', 'update', 'none'],
    ['client without policy', client, 'ProjectMembership', 'update', 'none'],
  ];
  it.each(cells)('%s: %#', (_role, grant, type, interaction, verdict) => {
    expect(`${type} ${interaction} ${decide(grant, type, interaction)}`).toBe(`${type} ${interaction} ${verdict}`);
  });

  it('lets a policy open the types that steer access for reading, and admins for writing', () => {
    const policy: AccessPolicy = { resourceType: 'AccessPolicy', resource: [{ resourceType: 'AccessPolicy' }] };
    expect(decide(grantOf([policy]), 'AccessPolicy', 'read')).toBe('all');
    expect(decide(grantOf([policy]), 'AccessPolicy', 'create')).toBe('none');
    expect(decide(grantOf([policy], { admin: true }), 'AccessPolicy', 'create')).toBe('all');
  });

  it('S46: lets nobody make memberships or change whose they are, whatever the policy says', () => {
    const policy: AccessPolicy = { resourceType: 'AccessPolicy', resource: [{ resourceType: 'ProjectMembership' }] };
    const grant = grantOf([policy], { admin: true });
    expect(decide(grant, 'ProjectMembership', 'create')).toBe('none');
    const rules = grant.ruleSets[0]?.rulesFor('ProjectMembership', 'update') ?? [];
    expect(rules.map((rule) => rule.readonlyFields)).toEqual(Array(2).fill(['project', 'user', 'profile']));
  });

  it('shows the secrets of the project to its admins only', () => {
    expect(hiddenFields(grantOf([]), 'Project')).toEqual(['secret']);
    expect(hiddenFields(grantOf([], { admin: true }), 'Project')).toEqual([]);
  });

  it('hides from an admin what his policy hides', () => {
    const entry = { resourceType: 'ClientApplication', hiddenFields: ['secret'] };
    const grant = grantOf([{ resourceType: 'AccessPolicy', resource: [entry] }], { admin: true });
    expect(hiddenFields(grant, 'ClientApplication')).toEqual(['secret']);
  });

  it('gives an admin no records that his policy does not give', () => {
    const policy: AccessPolicy = { resourceType: 'AccessPolicy', resource: [{ resourceType: 'Organization' }] };
    expect(decide(grantOf([policy], { admin: true }), 'Patient', 'read')).toBe('none');
  });
});

describe('the platform', () => {
  const ruleSet = compilePolicies([], { role: 'super-admin', projectId: 'platform' });
  const grant: AccessGrant = { tenant: 0, ruleSets: [ruleSet], system: false, extendedMode: false };

  it('keeps users and projects, without their secrets', () => {
    expect(decide(grant, 'User', 'search')).toBe('all');
    expect(hiddenFields(grant, 'User')).toEqual(['passwordHash', 'mfaSecret']);
    expect(hiddenFields(grant, 'Project')).toEqual(['secret']);
    expect(decide(grant, 'User', 'update')).toBe('none');
  });

  it('has no records', () => {
    expect(decide(grant, 'Patient', 'read')).toBe('none');
    expect(decide(grant, 'Observation', 'create')).toBe('none');
  });
});

describe('mergedPolicy', () => {
  it('shows the rules with their parameters filled in', () => {
    const merged = mergedPolicy([{ policy: caseManager, parameters: { panel: 'Practitioner/maria' } }]);
    expect(merged?.resource?.[1]?.criteria).toBe('Task?_compartment=Practitioner/maria');
  });

  it('is undefined without a policy', () => {
    expect(mergedPolicy([])).toBeUndefined();
  });
});
