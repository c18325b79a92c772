import { ClientStorage, MedplumClient, MemoryStorage } from '@medplum/core';
import { expect, it, vi } from 'vitest';
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

it.each([
  [{ redirect: 'https://idp.example/logout?SAMLRequest=x' }, 'https://idp.example/logout?SAMLRequest=x'],
  [{}, '/apps/login/?next=%2Fapps%2Fworkspace%2F&reason=signed-out'],
])('when the server answers %o to a sign-out, goes to %s', async (answer, wanted) => {
  const replace = vi.fn<(url: string) => void>();
  vi.stubGlobal('window', { location: { replace } });
  vi.resetModules();
  const { signOut } = await import('./sign-in.ts');
  const fetch = vi.fn<(url: string, init: RequestInit) => Promise<Response>>(async () => Response.json(answer));
  const storage = new ClientStorage(new MemoryStorage());
  await signOut(new MedplumClient({ baseUrl: origin, storage, fetch }));
  vi.unstubAllGlobals();
  expect(fetch.mock.calls.map(([url]) => String(url))).toEqual([`${origin}/oauth2/logout`]);
  expect(replace).toHaveBeenCalledExactlyOnceWith(wanted);
});
