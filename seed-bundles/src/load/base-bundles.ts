import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { search } from './fhir-client.ts';
import type { Api } from './http-api.ts';
import { isJson, textAt } from './http-api.ts';

const folder = join(import.meta.dirname, '../../base');

/** Sends the numbered bundles of `base/` in their order. Each replaces what it created before. */
export async function loadBase(api: Api): Promise<void> {
  for (const name of readdirSync(folder)
    .filter((each) => each.endsWith('.json'))
    .sort()) {
    await api.post('fhir/R4', JSON.parse(readFileSync(join(folder, name), 'utf8')));
  }
}

/** References of the policies by their names. */
export async function policyReferences(api: Api): Promise<Map<string, string>> {
  const policies = await search(api, 'AccessPolicy?_count=200');
  return new Map(
    policies.filter(isJson).map((policy) => [textAt(policy, 'name'), `AccessPolicy/${textAt(policy, 'id')}`]),
  );
}
