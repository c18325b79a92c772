import { expect, it } from 'vitest';
import { launchUrl } from './launch-app.tsx';

/** @see https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-ehr-launch */
it('adds iss and launch to what the app registered', () => {
  const url = new URL(launchUrl({ launchUri: 'https://app.example/start?x=1', id: 'c' }, 'http://h/fhir/R4', 'handle'));
  expect(Object.fromEntries(url.searchParams)).toEqual({ x: '1', iss: 'http://h/fhir/R4', launch: 'handle' });
});

it('tells an app of our own origin which client it is', () => {
  const url = new URL(launchUrl({ launchUri: 'http://h/apps/risk/', id: 'c' }, 'http://h/fhir/R4', 'handle'));
  expect(url.searchParams.get('client_id')).toBe('c');
});
