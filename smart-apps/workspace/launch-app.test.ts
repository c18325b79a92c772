import type { ClientApplication } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { launchableApps } from './launch-app.tsx';

function client(name: string, launchUri?: string): ClientApplication {
  return { resourceType: 'ClientApplication', name, ...(launchUri && { launchUri }) };
}

it('offers the apps that can be launched, and our review screens to whom they are for', () => {
  const clients = [
    client('Scribe', 'http://h/apps/scribe/?client_id=1'),
    client('Coding', 'http://h/apps/coding/?client_id=2'),
    client('Risk', 'http://h/apps/risk/?client_id=3'),
    client('Growth charts', 'https://elsewhere.example/launch'),
    client('Backend'),
    client('Broken', 'not an address'),
  ];
  expect(launchableApps(clients, 'physician').map((app) => app.name)).toEqual([
    'Coding',
    'Growth charts',
    'Risk',
    'Scribe',
  ]);
  expect(launchableApps(clients, 'billing').map((app) => app.name)).toEqual(['Coding', 'Growth charts']);
  expect(launchableApps(clients, 'case-manager').map((app) => app.name)).toEqual(['Growth charts', 'Risk']);
  expect(launchableApps(clients, 'nurse').map((app) => app.name)).toEqual(['Growth charts']);
  expect(launchableApps(clients, undefined)).toHaveLength(2);
});
