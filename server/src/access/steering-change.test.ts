import type { Bot, ClientApplication, Patient, ProjectMembership, Subscription } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { isSteeringChange } from './steering-change.ts';

const membership: ProjectMembership = {
  resourceType: 'ProjectMembership',
  project: { reference: 'Project/a' },
  user: { reference: 'User/a' },
  profile: { reference: 'Practitioner/a' },
  accessPolicy: { reference: 'AccessPolicy/a' },
};
const client: ClientApplication = { resourceType: 'ClientApplication', name: 'a', secret: 'x' };
const subscription = (type: Subscription['channel']['type']): Subscription => ({
  resourceType: 'Subscription',
  status: 'active',
  reason: 'x',
  criteria: 'Patient',
  channel: { type },
});
const patient: Patient = { resourceType: 'Patient' };
const bot: Bot = { resourceType: 'Bot', name: 'b' };

test.each([
  ['a policy', undefined, { resourceType: 'AccessPolicy' } as const, true],
  ['a bot that goes', bot, undefined, true],
  ['rights of a member', membership, { ...membership, admin: true }, true],
  ['a member who comes back', { ...membership, active: false }, membership, true],
  ['a member who goes', membership, undefined, true],
  ['the name of a member', membership, { ...membership, userName: 'n' }, false],
  ['the secret of a client', client, { ...client, secret: 'y' }, true],
  ['the name of a client', client, { ...client, name: 'n' }, false],
  ['a hook', undefined, subscription('rest-hook'), true],
  ['a live screen', undefined, subscription('websocket'), false],
  ['a live screen that becomes a hook', subscription('websocket'), subscription('rest-hook'), true],
  ['a patient', patient, patient, false],
])('%s', (_what, before, after, expected) => {
  expect(isSteeringChange(before, after)).toBe(expected);
});
