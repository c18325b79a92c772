import { deepEquals, type MedplumClient, normalizeErrorString } from '@medplum/core';
import type { ConformanceResource } from '@mindbridge/fhir-profiles/conformance';
import type { DeployStep } from './deploy-bot.ts';

/** What others refer to comes first. */
const ORDER = ['CodeSystem', 'ValueSet', 'StructureDefinition', 'SearchParameter', 'Measure'];

/**
 * Brings the definitions that the bots' resources refer to: code systems, value sets, profiles and extensions, search
 * parameters, measures. Each is found by its canonical URL; one that stands there as it is stays untouched.
 */
export async function deployDefinitions(
  medplum: MedplumClient,
  definitions: readonly ConformanceResource[],
): Promise<DeployStep[]> {
  const sorted = definitions.toSorted((a, b) => ORDER.indexOf(a.resourceType) - ORDER.indexOf(b.resourceType));
  const steps: DeployStep[] = [];
  for (const definition of sorted) {
    const step = { bot: 'definitions', what: `${definition.resourceType} ${definition.url}` };
    try {
      steps.push({ ...step, state: await bring(medplum, definition) });
    } catch (error) {
      steps.push({ ...step, state: 'refused', reason: normalizeErrorString(error) });
    }
  }
  return steps;
}

async function bring(medplum: MedplumClient, definition: ConformanceResource): Promise<DeployStep['state']> {
  const { id: _ours, ...wanted } = definition;
  const found = await medplum.searchOne(definition.resourceType, { url: definition.url ?? '' }, { cache: 'reload' });
  if (found === undefined) {
    await medplum.createResource(wanted);
    return 'created';
  }
  if (sameContent(found, wanted)) {
    return 'unchanged';
  }
  await medplum.updateResource({ ...wanted, id: found.id });
  return 'updated';
}

/** Are they the same but for what a server puts on by itself? */
export function sameContent(there: object, wanted: object): boolean {
  const bare = (resource: object): object => ({ ...resource, id: undefined, meta: undefined, text: undefined });
  return deepEquals(bare(there), bare(wanted));
}
