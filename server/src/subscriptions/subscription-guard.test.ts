// S30: types of the platform, the audit, and what steers access without the right to read it
import type { Subscription } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import type { AccessGrant } from '../access/index.ts';
import { FhirError } from '../fhir/index.ts';
import { subscriptionGuard } from './subscription-guard.ts';

const readsTasks: AccessGrant = {
  tenant: 2,
  system: false,
  extendedMode: false,
  ruleSets: [
    {
      source: 'AccessPolicy/tasks',
      rulesFor: (type, interaction) =>
        type === 'Task' && interaction === 'read'
          ? [
              {
                resourceType: 'Task',
                interactions: new Set(['read'] as const),
                hiddenFields: [],
                readonlyFields: [],
                writeConstraints: [],
              },
            ]
          : [],
    },
  ],
};
const guard = subscriptionGuard({
  checkCriteria: () => true,
  checkEndpoint: () => undefined,
  mail: false,
  findTopic: async () => undefined,
  hasBot: async () => true,
});

test.each([
  ['Task?status=requested', []],
  ['Observation?code=x', []],
  ['AuditEvent', ['criteria-type']],
  ['ProjectMembership', ['criteria-type']],
  ['Login', ['criteria-type']],
  ['https://mindbridge.health/fhir/SubscriptionTopic/risk-assessed', []],
])('%s', async (criteria, refused) => {
  const after: Subscription = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'A test',
    criteria,
    channel: { type: 'rest-hook', endpoint: 'https://example.org/hook' },
  };
  const context = { requestId: 'r', tenant: 2, projectId: 'p', author: 'Practitioner/p', depth: 0 };
  const error: unknown = await Promise.resolve(guard({ context, grant: readsTasks, after, isPart: false })).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error instanceof FhirError ? error.outcome.issue.map(({ code }) => code) : []).toEqual(
    refused.map(() => 'not-supported'),
  );
});
