import type { CodeSystem, ConceptMap, Resource, ValueSet } from '@medplum/fhirtypes';
import { type Definitions, type Enumeration, enumerateValueSet, type TerminologySource } from '../definitions/index.ts';
import { FhirError } from '../fhir/index.ts';
import type { ResourceReader } from './operation-call.ts';
import type { StoredSystems } from './stored-systems.ts';

/** Resources of the base definitions first, of the tenant second; each looked up once per call. */
export interface Sources {
  codeSystem(url: string): Promise<CodeSystem | undefined>;
  valueSet(url: string): Promise<ValueSet | undefined>;
  conceptMap(url: string): Promise<ConceptMap | undefined>;
  conceptMaps(): Promise<readonly ConceptMap[]>;
  /** Large code systems in the database. */
  readonly stored: StoredSystems;
  /** Enumerates a value set with all that it refers to. */
  enumerate(valueSet: ValueSet): Promise<Enumeration>;
}

/** Base resources that were parsed lately. */
export interface BaseCache {
  get<T extends Resource>(type: T['resourceType'], url: string): T | undefined;
  enumerations: Map<string, Enumeration>;
}

const KEPT_RESOURCES = 48;
const KEPT_ENUMERATIONS = 64;
const LARGEST_KEPT = 20_000;

/** Keeps a bounded number of parsed base resources and enumerations. */
export function createBaseCache(definitions: Definitions): BaseCache {
  const kept = new Map<string, Resource | undefined>();
  return {
    get<T extends Resource>(type: T['resourceType'], url: string) {
      const key = `${type}|${url.split('|')[0]}`;
      const value = kept.has(key) ? kept.get(key) : definitions.resource(type, url);
      kept.delete(key);
      kept.set(key, value);
      trim(kept, KEPT_RESOURCES);
      return value as T | undefined;
    },
    enumerations: new Map(),
  };
}

function trim(map: Map<string, unknown>, size: number): void {
  if (map.size > size) {
    map.delete(map.keys().next().value as string);
  }
}

/** Sources for one call. */
export function createSources(
  definitions: Definitions,
  cache: BaseCache,
  reader: ResourceReader,
  stored: StoredSystems,
): Sources {
  const own = new Map<string, Resource | undefined>();
  const fromTenant = async <T extends Resource>(type: T['resourceType'], canonical: string): Promise<T | undefined> => {
    const key = `${type}|${canonical}`;
    if (!own.has(key)) {
      own.set(key, await findByUrl(reader, type, canonical));
    }
    return own.get(key) as T | undefined;
  };
  const fromBase = <T extends CodeSystem | ValueSet | ConceptMap>(
    type: T['resourceType'],
    canonical: string,
  ): T | undefined => {
    const base = cache.get<T>(type, canonical);
    return base && isVersion(base.version, canonical) ? base : undefined;
  };
  const codeSystem = async (
    url: string,
    base = fromBase<CodeSystem>('CodeSystem', url),
  ): Promise<CodeSystem | undefined> =>
    base?.concept ? base : ((await fromTenant<CodeSystem>('CodeSystem', url)) ?? base);
  const valueSet = async (url: string): Promise<ValueSet | undefined> =>
    RELATIVE.test(url)
      ? await readValueSet(reader, url)
      : (fromBase<ValueSet>('ValueSet', url) ?? (await fromTenant<ValueSet>('ValueSet', url)));
  // Value sets of the base definitions name older versions of tables that they come with in one version only.
  const included = (url: string): Promise<CodeSystem | undefined> =>
    codeSystem(url, cache.get<CodeSystem>('CodeSystem', url));
  const sources: Sources = {
    stored,
    codeSystem: (url) => codeSystem(url),
    valueSet,
    conceptMap: async (url) =>
      fromBase<ConceptMap>('ConceptMap', url) ?? (await fromTenant<ConceptMap>('ConceptMap', url)),
    async conceptMaps() {
      const tenant = await reader.searchResources({ resourceType: 'ConceptMap', count: 1000 });
      const base = [...definitions.resources('ConceptMap')] as ConceptMap[];
      const known = new Set(base.map((map) => map.url));
      return [...base, ...(tenant as ConceptMap[]).filter((map) => !known.has(map.url))];
    },
    enumerate: (set) => enumerateAll(set, cache, { codeSystem: included, valueSet }),
  };
  return sources;
}

/** The version of FHIR: bindings name it for whatever comes with it. */
const FHIR_VERSION = '4.0.1';

/** Is this the version that a canonical names? */
function isVersion(version: string | undefined, canonical: string): boolean {
  const [, wanted] = canonical.split('|');
  return !wanted || !version || wanted === version || wanted === FHIR_VERSION;
}

/** A value set named by its place on this server instead of its canonical URL. */
const RELATIVE = /^ValueSet\/[A-Za-z0-9.-]{1,64}$/;

async function readValueSet(reader: ResourceReader, reference: string): Promise<ValueSet | undefined> {
  try {
    const found = await reader.readResource('ValueSet', reference.slice('ValueSet/'.length));
    return found.resourceType === 'ValueSet' ? found : undefined;
  } catch (error) {
    if (error instanceof FhirError && error.status >= 400 && error.status < 500) {
      return undefined;
    }
    throw error;
  }
}

async function findByUrl(
  reader: ResourceReader,
  type: Resource['resourceType'],
  canonical: string,
): Promise<Resource | undefined> {
  const [url, version] = canonical.split('|') as [string, string?];
  const filters = [{ code: 'url', operator: 'eq', value: url }];
  if (version) {
    filters.push({ code: 'version', operator: 'eq', value: version });
  }
  const request = { resourceType: type, count: 1, filters, sortRules: [{ code: '_lastUpdated', descending: true }] };
  try {
    const [found] = await reader.searchResources(request as Parameters<ResourceReader['searchResources']>[0]);
    return found;
  } catch (error) {
    // Who may not search the type has the base definitions all the same.
    if (error instanceof FhirError && error.status === 403) {
      return undefined;
    }
    throw error;
  }
}

/** Most rounds of fetching what a value set refers to: a chain of imports is rarely longer than three. */
const MAX_ROUNDS = 8;

async function enumerateAll(
  valueSet: ValueSet,
  cache: BaseCache,
  from: Pick<Sources, 'codeSystem' | 'valueSet'>,
): Promise<Enumeration> {
  const url = valueSet.url ?? '';
  const isBase = cache.get<ValueSet>('ValueSet', url) === valueSet;
  const kept = isBase ? cache.enumerations.get(url) : undefined;
  if (kept) {
    return kept;
  }
  const loaded = new Map<string, Resource | undefined>();
  let tenant = !isBase;
  for (let round = 0; ; round++) {
    const wanted = new Set<string>();
    const lookUp = (type: 'CodeSystem' | 'ValueSet', canonical: string): Resource | undefined => {
      const key = `${type}|${canonical}`;
      if (!loaded.has(key)) {
        wanted.add(key);
      }
      return loaded.get(key);
    };
    const source: TerminologySource = {
      codeSystem: (system) => lookUp('CodeSystem', system) as CodeSystem | undefined,
      valueSet: (canonical) => lookUp('ValueSet', canonical) as ValueSet | undefined,
    };
    const result = enumerateValueSet(valueSet, source);
    if (wanted.size === 0 || round >= MAX_ROUNDS) {
      if (!tenant && result.codes.length <= LARGEST_KEPT) {
        cache.enumerations.set(url, result);
        trim(cache.enumerations, KEPT_ENUMERATIONS);
      }
      return result;
    }
    for (const key of wanted) {
      const [type, canonical] = [key.slice(0, key.indexOf('|')), key.slice(key.indexOf('|') + 1)];
      const resource = type === 'CodeSystem' ? await from.codeSystem(canonical) : await from.valueSet(canonical);
      tenant ||= resource === undefined || cache.get(resource.resourceType, canonical) !== resource;
      loaded.set(key, resource);
    }
  }
}
