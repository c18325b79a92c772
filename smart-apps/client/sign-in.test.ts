import { expect, it } from 'vitest';
import { safeNext, signInUrl } from './sign-in.ts';

const origin = 'http://localhost:8103';

it('comes back to where the person was', () => {
  const url = new URL(signInUrl('/apps/workspace/patients/4?do=message', 'expired'), origin);
  expect(url.searchParams.get('reason')).toBe('expired');
  expect(safeNext(url.searchParams.get('next'), origin)).toBe('/apps/workspace/patients/4?do=message');
});

it.each([
  null,
  '',
  'https://evil.example/apps/workspace/',
  '//evil.example/apps/',
  'javascript:alert(1)',
  '/apps/../fhir/R4',
  '/apps/login/?next=/apps/login/',
  '\\\\evil.example',
])('never leaves the apps of this origin: %s', (next) => expect(safeNext(next, origin)).toBe('/apps/workspace/'));
