import { MedplumClient } from '@medplum/core';
import type { AccessPolicy, Consent, Patient, ProjectMembership, Reference } from '@medplum/fhirtypes';
import { expect } from 'vitest';
import { type BotName, loadBot } from '../../bots/src/deploy/catalogue.ts';
import { deployBot } from '../../bots/src/deploy/deploy-bot.ts';
import { consentCoding } from '../../fhir-profiles/src/index.ts';
import { accessPolicies } from '../../seed-bundles/src/policies/policies.ts';
import type { TestClinic, TestServer } from '../../server/src/testing.ts';

interface DeployOptions {
  /** False leaves out what sets the bots off: they run when they are called. */
  readonly subscribed?: boolean;
}

/**
 * Deploys bots to a clinic as its admin would, under the policies of the role matrix; gives the admin's client.
 * @throws AssertionError when something is refused
 */
export async function deployBots(
  server: TestServer,
  clinic: TestClinic,
  names: readonly BotName[],
  { subscribed = true }: DeployOptions = {},
): Promise<MedplumClient> {
  const system = server.house.systemRepository(clinic.tenant);
  const members = await system.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
  const member = members.find(({ user }) => user.reference === `ClientApplication/${clinic.clientId}`);
  await system.updateResource<ProjectMembership>({ ...(member as ProjectMembership), admin: true });
  for (const policy of accessPolicies().filter(({ name }) => name?.startsWith('ai-'))) {
    await system.createResource<AccessPolicy>(policy);
  }
  const medplum = new MedplumClient({ baseUrl: `${server.baseUrl}/` });
  await medplum.startClientLogin(clinic.clientId, clinic.clientSecret);
  for (const name of names) {
    const source = await loadBot(name);
    const steps = await deployBot(medplum, clinic.projectId, subscribed ? source : { ...source, subscriptions: [] });
    expect(steps.filter(({ state }) => state === 'refused')).toEqual([]);
  }
  return medplum;
}

/** What a patient agrees to before a visit is recorded. */
export function recordingConsent(patient: Reference<Patient>): Consent {
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: { text: 'Treatment' },
    category: [{ coding: [consentCoding.visitRecording] }],
    patient,
    policyRule: { text: 'Opt in' },
    provision: { type: 'permit' },
  };
}
