import { readdir, readFile } from 'node:fs/promises';
import { type MedplumClient, normalizeErrorString } from '@medplum/core';
import type { Bundle } from '@medplum/fhirtypes';
import type { DeployStep } from './deploy-bot.ts';
import { sameContent } from './deploy-definitions.ts';

/** A transaction of a folder of seeds, by its file name. */
export interface SeedBundle {
  readonly name: string;
  readonly bundle: Bundle;
}

/** Reads the numbered bundles of a folder in their order. */
export async function readSeeds(folder: URL): Promise<SeedBundle[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return texts.map((text, i) => ({ name: names[i]?.replace('.json', '') ?? '', bundle: JSON.parse(text) as Bundle }));
}

/** Brings the roles of a clinic: each a transaction that creates or replaces by name; what stands there as it is stays untouched. */
export async function deploySeeds(medplum: MedplumClient, seeds: readonly SeedBundle[]): Promise<DeployStep[]> {
  const steps: DeployStep[] = [];
  for (const { name, bundle } of seeds) {
    try {
      if (await standsThere(medplum, bundle)) {
        steps.push({ bot: 'seeds', what: name, state: 'unchanged' });
        continue;
      }
      const statuses = (await medplum.executeBatch(bundle)).entry?.map(({ response }) => response?.status ?? '') ?? [];
      const refused = statuses.find((status) => !/^[23]/.test(status));
      steps.push({ bot: 'seeds', what: name, ...(refused ? refusal(refused) : { state: stateOf(statuses) }) });
    } catch (error) {
      steps.push({ bot: 'seeds', what: name, ...refusal(normalizeErrorString(error)) });
    }
  }
  return steps;
}

/** Is every resource of the transaction, found by the search that its request names, there as it is? */
async function standsThere(medplum: MedplumClient, { entry = [] }: Bundle): Promise<boolean> {
  for (const { resource, request } of entry) {
    const [type, query] = request?.url?.split('?') ?? [];
    if (resource === undefined || type !== resource.resourceType || query === undefined) {
      return false;
    }
    const found = await medplum.searchOne(resource.resourceType, query, { cache: 'reload' });
    if (found === undefined || !sameContent(found, resource)) {
      return false;
    }
  }
  return true;
}

function refusal(reason: string): Pick<DeployStep, 'state' | 'reason'> {
  return { state: 'refused', reason };
}

function stateOf(statuses: readonly string[]): DeployStep['state'] {
  return statuses.some((status) => status.startsWith('201')) ? 'created' : 'updated';
}
