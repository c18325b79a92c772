import { expect, it } from 'vitest';
import { keepSession, keptSession } from './launch-session.ts';
import { isOwn, openingOf } from './opening.ts';

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

it('tells an EHR launch, the way back from sign-in and a plain opening apart', () => {
  const store = storage();
  expect(openingOf('risk', new URLSearchParams('iss=http://h/fhir/R4&launch=l&client_id=c'), store)).toEqual({
    kind: 'launch',
    iss: 'http://h/fhir/R4',
    launch: 'l',
    clientId: 'c',
  });
  expect(openingOf('risk', new URLSearchParams('code=1&state=2'), store).kind).toBe('return');
  expect(openingOf('risk', new URLSearchParams('error=access_denied&state=2'), store).kind).toBe('return');
  expect(openingOf('risk', new URLSearchParams(''), store).kind).toBe('resume');
});

it('remembers its client id for the next launch, and does not launch without one', () => {
  const store = storage();
  expect(openingOf('risk', new URLSearchParams('iss=http://h/fhir/R4'), store).kind).toBe('resume');
  openingOf('risk', new URLSearchParams('client_id=c'), store);
  expect(openingOf('risk', new URLSearchParams('iss=http://h/fhir/R4'), store)).toMatchObject({
    kind: 'launch',
    clientId: 'c',
  });
});

it('tells its own record system from others', () => {
  expect(isOwn('http://h/fhir/R4', 'http://h')).toBe(true);
  expect(isOwn('http://h.evil/fhir/R4', 'http://h')).toBe(false);
  expect(isOwn('nonsense', 'http://h')).toBe(false);
});

it('keeps no token with the launch', () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  keepSession(
    'risk',
    {
      iss: 'i',
      clientId: 'c',
      accessToken: 'secret',
      patient: '4',
      encounter: '9',
      needPatientBanner: true,
      scope: '',
    },
    store,
  );
  expect([...kept.values()].join()).not.toContain('secret');
  expect(keptSession('risk', store)).toEqual({ iss: 'i', clientId: 'c', patient: '4', encounter: '9' });
  expect(keptSession('risk', storage())).toBeUndefined();
});
