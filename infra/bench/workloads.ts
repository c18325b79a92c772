import { z } from 'zod';
import type { Transaction } from './charts.ts';

/** One request. The path is below the FHIR base. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/** Sends one request and gives the body of its answer. @throws Error on an answer that is not 2xx. */
export type Send = (request: Request) => Promise<unknown>;

/** A few requests that follow from one another. */
export type Task = (send: Send) => Promise<void>;

/** What is known of the data on one server: ids are of its own making. */
export interface Known {
  readonly patients: string[];
  readonly practitioners: string[];
}

const answered = z.looseObject({
  entry: z.array(z.looseObject({ response: z.looseObject({ location: z.string() }) })),
});
const made = z.looseObject({ id: z.string() });
const page = z.looseObject({ resourceType: z.literal('Bundle') });

/** Imports Bundles, one request each, and notes whom they brought. */
export function importTasks(bundles: readonly Transaction[], known: Known): Task[] {
  return bundles.map((body) => async (send) => {
    const { entry } = answered.parse(await send({ method: 'POST', path: '', body }));
    for (const { response } of entry) {
      const [, type, id] = /([A-Za-z]+)\/([^/]+)\/_history/.exec(response.location) ?? [];
      if (type === 'Patient') {
        known.patients.push(`Patient/${id}`);
      } else if (type === 'Practitioner') {
        known.practitioners.push(`Practitioner/${id}`);
      }
    }
  });
}

/** Creates, reads, updates and deletes a patient, a visit, an observation and a condition: 16 requests each. */
export function crudTasks(count: number): Task[] {
  return Array.from({ length: count }, (_, i) => async (send) => {
    const patient = { resourceType: 'Patient', name: [{ family: `Crud${i}`, given: ['Test'] }], gender: 'other' };
    const { id: patientId } = made.parse(await send({ method: 'POST', path: 'Patient', body: patient }));
    const subject = { reference: `Patient/${patientId}` };
    for (const body of linked(subject)) {
      await liveAndDie(send, body);
    }
    await change(send, { ...patient, id: patientId });
  });
}

function linked(subject: { reference: string }): { resourceType: string }[] {
  const ambulatory = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' };
  const code = { coding: [{ system: 'http://loinc.org', code: '8867-4' }] };
  const valueQuantity = { value: 71, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' };
  const visit = { resourceType: 'Encounter', status: 'planned', class: ambulatory, subject };
  const observation = { resourceType: 'Observation', status: 'final', code, subject, valueQuantity };
  const condition = { resourceType: 'Condition', subject, code: { text: 'Insomnia' } };
  return [visit, observation, condition];
}

async function liveAndDie(send: Send, body: { resourceType: string }): Promise<void> {
  const { id } = made.parse(await send({ method: 'POST', path: body.resourceType, body }));
  await change(send, { ...body, id });
}

/** Reads, updates and deletes what was created. */
async function change(send: Send, resource: { resourceType: string; id: string }): Promise<void> {
  const path = `${resource.resourceType}/${resource.id}`;
  await send({ method: 'GET', path });
  await send({ method: 'PUT', path, body: { ...resource, language: 'en' } });
  await send({ method: 'DELETE', path });
}

/** Searches, one request each. @throws Error when an answer is no Bundle. */
export function searchTasks(paths: readonly string[]): Task[] {
  return paths.map((path) => async (send) => {
    page.parse(await send({ method: 'GET', path }));
  });
}
