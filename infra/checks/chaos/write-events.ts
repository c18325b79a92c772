import { z } from 'zod';
import { type Credentials, clientToken, send } from '../kill/fhir-client.ts';

/** What is to be written. */
export interface WritingPlan {
  readonly base: string;
  readonly credentials: Credentials;
  readonly events: number;
  /** Codes `chaos-0` … by turns, one for each Subscription. */
  readonly codes: number;
  /** Versions of each resource. */
  readonly versions: number;
}

/** Resources that one transaction writes. */
const AT_ONCE = 50;

const answer = z.looseObject({ entry: z.array(z.looseObject({ response: z.looseObject({ location: z.string() }) })) });

/** Writes resources in transactions, then new versions of them. Gives each resource with its last version. */
export async function writeEvents(plan: WritingPlan): Promise<Map<string, number>> {
  const bearer = await clientToken(plan.base, plan.credentials);
  const written = new Map<string, number>();
  const resources = Math.ceil(plan.events / plan.versions);
  for (let first = 0; first < resources; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, resources - first) }, (_, i) => first + i);
    let ids: readonly (string | undefined)[] = [];
    for (let version = 1; version <= plan.versions; version++) {
      const entry = numbers.map((n, i) => entryOf(n % plan.codes, version, ids[i]));
      const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
      const { entry: done } = answer.parse(await send(plan.base, bearer, 'POST', 'fhir/R4', bundle));
      ids = done.map(({ response }) => /Observation\/([^/]+)/.exec(response.location)?.[1]);
      for (const id of ids) {
        written.set(`Observation/${id}`, version);
      }
    }
  }
  return written;
}

function entryOf(code: number, version: number, id: string | undefined): object {
  const resource = {
    resourceType: 'Observation',
    ...(id !== undefined && { id }),
    status: version === 1 ? 'final' : 'amended',
    code: { coding: [{ code: `chaos-${code}` }], text: `version ${version}` },
  };
  const request =
    id === undefined ? { method: 'POST', url: 'Observation' } : { method: 'PUT', url: `Observation/${id}` };
  return { resource, request };
}
