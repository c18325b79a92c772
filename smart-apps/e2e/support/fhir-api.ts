import type {
  Bundle,
  ClientApplication,
  Observation,
  Parameters,
  Patient,
  Resource,
  Subscription,
  Task,
} from '@medplum/fhirtypes';
import { codeSystemUrl, identifierSystem, observationCoding, taskCoding } from '@mindbridge/fhir-profiles';
import type { Demo } from './demo-server.ts';

/** What a script does from a terminal: it has a token of its own and speaks plain FHIR. */
export interface FhirApi {
  readonly token: string;
  patient(number: string): Promise<Patient>;
  recordCrisisCalls(patient: Patient, count: number): Promise<void>;
  outreachOf(patient: Patient): Promise<Task>;
  update<T extends Resource>(resource: T): Promise<T>;
  /** Sends every change of a patient to an address, and gives up at the first refusal. */
  sendPatientsTo(endpoint: string): Promise<Subscription>;
  /** How many changes a Subscription could not deliver. */
  deadLettersOf(subscription: Subscription): Promise<number>;
  /** Registers an app of another organisation. */
  registerApp(name: string, redirectUri: string): Promise<ClientApplication>;
}

/** Gets a token by client_credentials for the first clinic of the demo. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export async function fhirApi(demo: Demo): Promise<FhirApi> {
  const [clinic] = demo.tenants;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clinic?.clientId ?? '',
    client_secret: clinic?.clientSecret ?? '',
  });
  const answer = await fetch(demo.tokenUrl, { method: 'POST', body });
  const { access_token: token } = (await answer.json()) as { access_token: string };

  const call = async <T>(method: string, path: string, resource?: Resource): Promise<T> => {
    const response = await fetch(`${demo.fhirUrl}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
      body: resource ? JSON.stringify(resource) : undefined,
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    return (await response.json()) as T;
  };
  const first = async <T extends Resource>(path: string): Promise<T> => {
    const bundle = await call<Bundle<T>>('GET', path);
    const resource = bundle.entry?.[0]?.resource;
    if (!resource) {
      throw new Error(`Nothing found: ${path}`);
    }
    return resource;
  };
  return {
    token,
    patient: (number) => first<Patient>(`Patient?identifier=${identifierSystem.patientNumber}|${number}`),
    recordCrisisCalls: async (patient, count) => {
      await call<Observation>('POST', 'Observation', {
        resourceType: 'Observation',
        status: 'final',
        code: { coding: [observationCoding.crisisCall] },
        subject: { reference: `Patient/${patient.id}` },
        effectiveDateTime: new Date().toISOString(),
        valueInteger: count,
      });
    },
    outreachOf: (patient) =>
      first<Task>(
        `Task?code=${codeSystemUrl.task}|${taskCoding.outreach.code}&patient=Patient/${patient.id}&status=requested,in-progress`,
      ),
    sendPatientsTo: (endpoint) =>
      call<Subscription>('POST', 'Subscription', {
        resourceType: 'Subscription',
        status: 'active',
        reason: `Pharmacy feed ${Date.now()}`,
        criteria: 'Patient',
        channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' },
        extension: [{ url: 'https://medplum.com/fhir/StructureDefinition/subscription-max-attempts', valueInteger: 1 }],
      }),
    deadLettersOf: async ({ id }) => {
      const listed = await call<Parameters>('GET', 'Subscription/$dead-letters');
      return (listed.parameter ?? []).filter((letter) => JSON.stringify(letter).includes(`Subscription/${id}"`)).length;
    },
    registerApp: (name, redirectUri) =>
      call<ClientApplication>('POST', 'ClientApplication', {
        resourceType: 'ClientApplication',
        name,
        redirectUris: [redirectUri],
      }),
    update: (resource) => call('PUT', `${resource.resourceType}/${resource.id}`, resource),
  };
}
