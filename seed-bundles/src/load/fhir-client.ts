import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import { type Api, isJson, type Json, textAt } from './http-api.ts';

const fhir = 'fhir/R4';

/** The resources on the first page of a search. */
export async function search(api: Api, query: string): Promise<Json[]> {
  const answer = await api.get(`${fhir}/${query}`);
  const entries = isJson(answer) && Array.isArray(answer.entry) ? answer.entry : [];
  return entries.filter(isJson).flatMap((entry) => (isJson(entry.resource) ? [entry.resource] : []));
}

/** How many resources a search finds. */
export async function count(api: Api, query: string): Promise<number> {
  const answer = await api.get(`${fhir}/${query}&_summary=count&_total=accurate`);
  return isJson(answer) && typeof answer.total === 'number' ? answer.total : 0;
}

/** Creates a resource and returns it as stored. */
export async function create(api: Api, resource: Resource): Promise<unknown> {
  return api.post(`${fhir}/${resource.resourceType}`, resource);
}

/**
 * Sends entries as one transaction and returns the reference of each (`Type/id`), in their order.
 * @throws ApiError when the server refuses one of them: then nothing was written.
 */
export async function transaction(api: Api, entries: readonly BundleEntry[]): Promise<string[]> {
  const bundle: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [...entries] };
  const answer = await api.post(fhir, bundle);
  const answers = isJson(answer) && Array.isArray(answer.entry) ? answer.entry : [];
  if (answers.length !== entries.length) {
    throw new Error(`A transaction of ${entries.length} entries was answered with ${answers.length}`);
  }
  return answers.map((entry) => {
    const [type, id] = textAt(entry, 'response.location')
      .replace(/^.*\/fhir\/R4\//, '')
      .split('/');
    return `${type}/${id}`;
  });
}

/** Runs an operation at type level, such as `Project/$init`. */
export async function operation(
  api: Api,
  path: string,
  parameters: Readonly<Record<string, string | boolean>>,
): Promise<unknown> {
  return api.post(`${fhir}/${path}`, {
    resourceType: 'Parameters',
    parameter: Object.entries(parameters).map(([name, value]) =>
      typeof value === 'boolean' ? { name, valueBoolean: value } : { name, valueString: value },
    ),
  });
}
