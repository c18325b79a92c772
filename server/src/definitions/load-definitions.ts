import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '@medplum/fhirtypes';
import { type Archive, openArchive, packArchive, readIfThere, writeWhole } from './archive.ts';
import { buildDefinitions, type ResourceRow } from './build-definitions.ts';
import type { SearchParameterInfo } from './search-parameter-info.ts';
import { sourceResources, sourceVersion } from './source-files.ts';
import { type PackedType, type TypeInfo, unpackType } from './type-info.ts';

/** Changes whenever the shape of the cache changes. */
const FORMAT = 5;

/** The base definitions of FHIR R4 and of Medplum's own resources, read lazily from a prepared file. */
export interface Definitions {
  /** Changes with the definitions package and with the extra definitions: key of whatever is derived from them. */
  readonly version: string;
  /** A type by name (`Patient`, `HumanName`, `Patient.contact`, `code`); undefined when there is none. */
  type(name: string): TypeInfo | undefined;
  /** Is this the name of a resource type that can be stored? */
  isResourceType(name: string): boolean;
  /** Names of all concrete resource types, in order of the alphabet. */
  resourceTypes(): readonly string[];
  /** Codes of a value set by code system; only for value sets of required bindings that can be enumerated. */
  codeSet(valueSet: string): ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** All base search parameters. */
  searchParameters(): readonly SearchParameterInfo[];
  /** Members of a compartment (`Patient`): resource type → search parameter codes. */
  compartment(type: string): ReadonlyMap<string, readonly string[]>;
  /** A definition by type and canonical URL (a version suffix is ignored), read from the file. */
  resource<T extends Resource = Resource>(type: T['resourceType'], url: string): T | undefined;
  /** A definition by type and its computer-friendly name. */
  resourceByName<T extends Resource = Resource>(type: T['resourceType'], name: string): T | undefined;
  /** All definitions, or those of one type, one at a time. */
  resources(type?: Resource['resourceType']): Generator<Resource>;
  /** Canonical URLs of all definitions of a type. */
  urls(type: Resource['resourceType']): readonly string[];
}

/**
 * Loads the definitions from the cache folder, building the cache when it is missing or of another version.
 * `extra` are further definitions of the platform (profiles, search parameters); of two with one URL the extra one wins.
 */
export function loadDefinitions(cacheDir: string, extra: readonly Resource[] = []): Definitions {
  const print = extra.length ? createHash('sha256').update(JSON.stringify(extra)).digest('hex').slice(0, 12) : 'base';
  const version = `${sourceVersion()}-${FORMAT}-${print}`;
  const tables = join(cacheDir, `definitions-${version}.bin`);
  const lines = join(cacheDir, `definitions-${version}.ndjson`);
  let bytes = existsSync(lines) ? readIfThere(tables) : undefined;
  if (!bytes) {
    const built = buildDefinitions(withExtra(extra));
    bytes = packArchive(built.sections);
    writeWhole(lines, built.lines);
    writeWhole(tables, bytes);
  }
  return definitionsFrom(version, openArchive(bytes), lines);
}

function* withExtra(extra: readonly Resource[]): Generator<Resource> {
  yield* sourceResources();
  yield* extra;
}

function definitionsFrom(version: string, archive: Archive, linesPath: string): Definitions {
  const kinds = new Map(Object.entries(archive.read('kinds') as Record<string, string>));
  const names = [...kinds.keys()].filter((name) => kinds.get(name) === 'resource').sort();
  const types = lazyTypes(archive);
  const codeSets = new Map<string, ReadonlyMap<string, ReadonlySet<string>> | undefined>();
  const compartments = lazy(() => archive.read('compartments') as Record<string, Record<string, string[]>>);
  const search = lazy(() => archive.read('search') as SearchParameterInfo[]);
  return {
    version,
    type: types,
    isResourceType: (name) => kinds.get(name) === 'resource',
    resourceTypes: () => names,
    codeSet(url) {
      if (!codeSets.has(url)) {
        const systems = archive.read(`codes:${url}`) as Record<string, string[]> | undefined;
        codeSets.set(url, systems && new Map(Object.entries(systems).map(([s, codes]) => [s, new Set(codes)])));
      }
      return codeSets.get(url);
    },
    searchParameters: search,
    compartment: (type) => new Map(Object.entries(compartments()[type] ?? {})),
    ...resourceReaders(archive, linesPath),
  };
}

function lazyTypes(archive: Archive): Definitions['type'] {
  const types = new Map<string, TypeInfo | undefined>();
  return (name) => {
    if (!types.has(name)) {
      const dot = name.indexOf('.');
      const root = dot < 0 ? name : name.slice(0, dot);
      for (const packed of (archive.read(`type:${root}`) as PackedType[] | undefined) ?? []) {
        types.set(packed.name, unpackType(packed));
      }
      if (!types.has(name)) {
        return undefined;
      }
    }
    return types.get(name);
  };
}

type Readers = Pick<Definitions, 'resource' | 'resourceByName' | 'resources' | 'urls'>;

function resourceReaders(archive: Archive, path: string): Readers {
  const rows = lazy(() => archive.read('index') as ResourceRow[]);
  const byUrl = lazy(() => new Map(rows().map((row) => [`${row[0]}|${row[2]}`, row])));
  const byName = lazy(() => new Map(rows().map((row) => [`${row[0]}|${row[3]}`, row])));
  const read = (row: ResourceRow | undefined): Resource | undefined => row && (readLine(path, row) as Resource);
  return {
    resource: <T extends Resource>(type: string, url: string) =>
      read(byUrl().get(`${type}|${url.split('|')[0]}`)) as T | undefined,
    resourceByName: <T extends Resource>(type: string, name: string) =>
      read(byName().get(`${type}|${name}`)) as T | undefined,
    *resources(type) {
      for (const row of rows()) {
        if (!type || row[0] === type) {
          yield readLine(path, row) as Resource;
        }
      }
    },
    urls: (type) =>
      rows()
        .filter((row) => row[0] === type)
        .map((row) => row[2]),
  };
}

function readLine(path: string, [, , , , offset, length]: ResourceRow): unknown {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.min(length, fstatSync(file).size - offset));
    readSync(file, bytes, 0, bytes.length, offset);
    return JSON.parse(bytes.toString('utf8'));
  } finally {
    closeSync(file);
  }
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
