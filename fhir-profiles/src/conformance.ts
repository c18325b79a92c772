import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeSystem, Measure, SearchParameter, StructureDefinition, ValueSet } from '@medplum/fhirtypes';

/** A definition that the server loads beside those of R4. */
export type ConformanceResource = StructureDefinition | CodeSystem | ValueSet | SearchParameter | Measure;

const folder = join(import.meta.dirname, '../generated');
let loaded: readonly ConformanceResource[] | undefined;

/**
 * Every compiled definition of ours: StructureDefinitions with snapshots, CodeSystems, ValueSets, SearchParameters and
 * Measures. Read from disk at the first call; Node only.
 */
export function conformanceResources(): readonly ConformanceResource[] {
  loaded ??= readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name): ConformanceResource => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  return loaded;
}
