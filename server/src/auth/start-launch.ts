import { randomBytes, randomUUID } from 'node:crypto';
import { OperationOutcomeError } from '@medplum/core';
import type { Encounter, ResourceType, SmartAppLaunch } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid, notFound } from '../fhir/index.ts';
import type { AuthDependencies, SystemRepository } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { isClientOn } from './client-application.ts';
import { findClient } from './find-resource.ts';
import { writtenLaunch } from './launch-context.ts';
import { isStaff } from './require-mfa.ts';

const ID = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
const IDENTIFIER = z.object({ system: z.string().max(500).optional(), value: z.string().max(500) });
/** The name of a FHIR type; whether it is one, the validator says. */
const TYPE = z.custom<ResourceType>((value) => typeof value === 'string' && /^[A-Z][A-Za-z]{0,63}$/.test(value));
const ITEM = z
  .object({
    reference: z.string().max(500).optional(),
    canonical: z.string().max(500).optional(),
    identifier: IDENTIFIER.optional(),
    type: TYPE.optional(),
    role: z.string().max(500).optional(),
  })
  .refine((item) => [item.reference, item.canonical, item.identifier].filter(Boolean).length > 0, 'needs a reference');

/** `POST auth/launch`: what the app will have in view. */
export const START_LAUNCH = z.object({
  client: ID,
  patient: ID.optional(),
  encounter: ID.optional(),
  fhirContext: z.array(ITEM).max(20).optional(),
  intent: z.string().max(200).optional(),
  needPatientBanner: z.boolean().optional(),
});

/**
 * @throws FhirError 400 in the same words for a record that is not there, one that the person may not see, and an encounter of
 * another patient.
 */
async function checkVisible(
  records: Pick<SystemRepository, 'readResource'>,
  { patient, encounter }: z.infer<typeof START_LAUNCH>,
): Promise<void> {
  try {
    const [, met] = await Promise.all([
      patient && records.readResource('Patient', patient),
      encounter ? records.readResource<Encounter>('Encounter', encounter) : undefined,
    ]);
    if (patient && met && met.subject?.reference !== `Patient/${patient}`) {
      throw notFound();
    }
  } catch (error) {
    if (error instanceof OperationOutcomeError) {
      throw invalid('launch-context', 'The patient or encounter is not one you may see');
    }
    throw error;
  }
}

/**
 * Makes a launch of an app from an EHR: a handle of 192 random bits, bound to the person, her clinic and the client, and the
 * client's registered launch address with it.
 * @throws FhirError 403 for a patient, 400 for an app that cannot be launched, or context that the person may not see
 * @see https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-ehr-launch
 */
export async function startLaunch(
  deps: AuthDependencies,
  state: AuthState,
  wanted: z.infer<typeof START_LAUNCH>,
): Promise<{ readonly launch: string; readonly url: string }> {
  if (!isStaff(state.profileReference)) {
    throw forbidden('staff-required', 'Only staff open apps from here');
  }
  const client = await findClient(deps.database, wanted.client);
  const isHere = client && (client.tenant === 0 || client.tenant === state.context.tenant);
  if (!isHere || !isClientOn(client.resource) || !client.resource.launchUri) {
    throw invalid('launch-client', 'This app is not registered for a launch', 'client');
  }
  if (!deps.repositoryFor) {
    throw notFound();
  }
  const records = deps.repositoryFor({ ...state.context, requestId: randomUUID() }, state.grant);
  await checkVisible(records, wanted);
  const id = randomBytes(24).toString('hex');
  await records.createResource<SmartAppLaunch>({ ...writtenLaunch(wanted), id }, { assignedId: true });
  const url = new URL(client.resource.launchUri);
  url.searchParams.set('iss', `${deps.baseUrl}/fhir/R4`);
  url.searchParams.set('launch', id);
  return { launch: id, url: url.toString() };
}
