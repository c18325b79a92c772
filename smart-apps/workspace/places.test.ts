import { expect, it } from 'vitest';
import { beginsWithPatients, isForOthers, placeAt, placesFor } from './places.ts';

it('begins where the role has work, and never at patients for those who may see none', () => {
  expect(placesFor('billing').map(({ to }) => to)).toEqual(['/claims']);
  expect(['admin', 'billing', 'compliance', 'front-desk', 'patient', 'proxy'].some(beginsWithPatients)).toBe(false);
  expect(['case-manager', 'supervisor', 'physician', 'nurse', undefined].every(beginsWithPatients)).toBe(true);
});

it('shows the thresholds to supervisors alone', () => {
  const withAlerts = ['supervisor', 'case-manager', 'physician', 'admin'].filter((role) =>
    placesFor(role).some(({ to }) => to === '/alerts'),
  );
  expect(withAlerts).toEqual(['supervisor']);
});

it('knows the place of an address', () => {
  expect(placeAt('/patients/1', 'physician')?.label).toBe('Patients');
  expect(placeAt('/', 'physician')?.label).toBe('Today');
  expect(placeAt('/prompts', 'nurse')).toBeUndefined();
});

it('keeps the places of others closed to who comes by address, and leaves unknown addresses alone', () => {
  expect(isForOthers('/prompts', 'nurse')).toBe(true);
  expect(isForOthers('/patients/1', 'front-desk')).toBe(true);
  expect(isForOthers('/claims/1', 'billing')).toBe(false);
  expect(isForOthers('/patients/1', 'physician')).toBe(false);
  expect(isForOthers('/patients', undefined)).toBe(false);
  expect(isForOthers('/nowhere', 'nurse')).toBe(false);
  expect(['/', ''].some((path) => isForOthers(path, 'billing'))).toBe(false);
});
