/** @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
import { describe, expect, it } from 'vitest';
import { patientCompartmentTypes } from './patient-compartment.ts';
import { compileScopes, knownScopes, parseResourceScope } from './scopes.ts';

const context = { patient: 'p1', compartmentTypes: patientCompartmentTypes() };
const criteria = (scope: string, type: string, interaction: 'read' | 'search' | 'create' | 'delete' = 'read') =>
  compileScopes(scope, context)
    ?.rulesFor(type, interaction)
    .map((rule) => rule.criteria ?? 'all');

describe('parseResourceScope', () => {
  it.each([
    ['patient/Observation.read', 'rs'],
    ['user/*.write', 'cud'],
    ['system/Patient.*', 'cruds'],
    ['patient/Observation.rs', 'rs'],
    ['user/Task.cruds', 'cruds'],
  ])('%s permits %s', (scope, permissions) => {
    expect(parseResourceScope(scope)?.permissions).toBe(permissions);
  });

  it.each([
    'patient/Observation.sr',
    'patient/Observation.',
    'patient/observation.rs',
    'x/Observation.rs',
    'user/User.rs',
    'patient/Observation.rs?',
    'patient/Observation.rs?category',
    'patient/Observation.rs?category=',
    'patient/Observation.rs?category=a&&code=b',
  ])('does not take %s', (scope) => {
    expect(parseResourceScope(scope)).toBeUndefined();
  });

  it('takes a search constraint on v2 scopes of one type only', () => {
    expect(parseResourceScope('patient/Observation.rs?category=vital-signs')?.query).toBe('category=vital-signs');
    expect(parseResourceScope('patient/Observation.read?category=x')).toBeUndefined();
    expect(parseResourceScope('patient/*.rs?category=x')).toBeUndefined();
  });
});

describe('knownScopes', () => {
  it('drops what is unknown or malformed, and repetitions', () => {
    expect(knownScopes('openid  openid nonsense patient/Observation.rs user/X.sr')).toEqual([
      'openid',
      'patient/Observation.rs',
    ]);
  });
});

describe('compileScopes', () => {
  it('leaves the decision to the policy when no scope speaks of resources', () => {
    expect(compileScopes('openid profile offline_access', context)).toBeUndefined();
  });

  it('binds patient scopes to the patient in context', () => {
    expect(criteria('patient/Observation.rs', 'Observation')).toEqual(['Observation?_compartment=Patient/p1']);
    expect(criteria('patient/*.rs', 'Patient')).toEqual(['Patient?_compartment=Patient/p1']);
    expect(criteria('patient/*.rs', 'Practitioner')).toEqual(['all']);
    expect(compileScopes('patient/*.rs', { ...context, patient: undefined })?.rulesFor('Observation', 'read')).toEqual(
      [],
    );
  });

  it('adds the search constraint of a granular scope', () => {
    expect(criteria('patient/Observation.rs?category=vital-signs', 'Observation', 'search')).toEqual([
      'Observation?_compartment=Patient/p1&category=vital-signs',
    ]);
  });

  it('does not let a user scope loosen a patient scope on another type', () => {
    expect(criteria('patient/*.rs user/Practitioner.rs', 'Observation')).toEqual([
      'Observation?_compartment=Patient/p1',
    ]);
  });

  it('gives no interaction that was not asked for, and no other type', () => {
    expect(criteria('user/Observation.rs', 'Observation', 'create')).toEqual([]);
    expect(criteria('user/Observation.rs', 'Patient')).toEqual([]);
    expect(criteria('user/*.cruds', 'ProjectMembership')).toEqual([]);
  });
});
