import { expect, it } from 'vitest';
import { beginsWithPatients, placesFor } from './places.ts';

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
