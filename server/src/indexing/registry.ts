import type { Definitions, SearchParameterInfo } from '../definitions/index.ts';
import { type ContextTable, composites, contextTable } from './composites.ts';
import { parameterKey } from './keys.ts';
import { type Draft, draftOf, indexed, tableOf } from './parameter-draft.ts';
import type { IndexedParameter, StoredParameter } from './search-parameter.ts';

/** All that is known of the search parameters of one resource type. */
export interface TypeParameters {
  readonly resourceType: string;
  /** By code. */
  readonly parameters: ReadonlyMap<string, IndexedParameter>;
  readonly stored: readonly StoredParameter[];
  readonly contexts: ContextTable;
  /** The date parameter whose start is the `at` of reference rows; undefined when the type has none. */
  readonly timeline?: IndexedParameter;
}

/** The search parameters of every type, worked out when a type is first asked for. */
export interface ParameterRegistry {
  /** Undefined for a type that does not exist. */
  of(resourceType: string): TypeParameters | undefined;
}

const STORED = new Set(['token', 'reference', 'string', 'date', 'number', 'quantity', 'uri']);
const TIMELINES = [
  'date',
  'authoredon',
  'authored',
  'recorded-date',
  'period',
  'created',
  'sent',
  'occurrence',
  'effective',
];

/** Makes the registry from the base definitions and further SearchParameters; of two with one code the later wins. */
export function createRegistry(
  definitions: Definitions,
  extra: readonly SearchParameterInfo[] = [],
): ParameterRegistry {
  const byBase = new Map<string, SearchParameterInfo[]>();
  for (const info of [...definitions.searchParameters(), ...extra]) {
    for (const base of info.base) {
      const list = byBase.get(base) ?? [];
      list.push(info);
      byBase.set(base, list);
    }
  }
  const known = new Map<string, TypeParameters>();
  return {
    of(resourceType) {
      let type = known.get(resourceType);
      if (!type && definitions.isResourceType(resourceType)) {
        const infos = ['Resource', 'DomainResource', resourceType].flatMap((base) => byBase.get(base) ?? []);
        type = buildType(definitions, resourceType, [...new Map(infos.map((info) => [info.code, info])).values()]);
        known.set(resourceType, type);
      }
      return type;
    },
  };
}

function buildType(
  definitions: Definitions,
  resourceType: string,
  infos: readonly SearchParameterInfo[],
): TypeParameters {
  const drafts = infos
    .filter((info) => STORED.has(info.type) && info.expression && info.code !== '_id' && info.code !== '_lastUpdated')
    .map((info) => draftOf(definitions, resourceType, info))
    .filter((draft) => draft.paths === undefined || draft.paths.length > 0);
  const owners = ownersOf(drafts);
  const contexts = contextTable(resourceType, infos);
  const stored: StoredParameter[] = [...owners.values()].map(({ info, kind, paths }) => {
    const name = `${resourceType}.${info.code}`;
    return { resourceType, name, key: parameterKey(name), kind, paths, expression: info.expression as string };
  });
  const parameters = new Map<string, IndexedParameter>();
  for (const draft of drafts) {
    const owner = owners.get(draft.signature);
    const parts = owner ? [owner] : partsOf(draft, owners);
    parameters.set(draft.info.code, indexed(definitions, resourceType, draft, parts, contexts));
  }
  for (const info of infos.filter((other) => !parameters.has(other.code))) {
    parameters.set(info.code, bare(resourceType, info));
  }
  for (const composite of composites(resourceType, infos, parameters, stored)) {
    parameters.set(composite.code, composite);
  }
  refuseCollisions(stored);
  const timeline = TIMELINES.map((code) => parameters.get(code)).find((p) => p?.kind === 'date' && !p.multiple);
  return { resourceType, parameters, stored, contexts, ...(timeline && { timeline }) };
}

/** The first parameter with a signature owns the rows; parameters that are the union of others own none. */
function ownersOf(drafts: readonly Draft[]): Map<string, Draft> {
  const owners = new Map<string, Draft>();
  for (const draft of drafts) {
    const owner = owners.get(draft.signature);
    if (!owner || (restricted(owner) && !restricted(draft))) {
      owners.set(draft.signature, draft);
    }
  }
  for (const draft of [...owners.values()]) {
    if (partsOf(draft, owners).length > 0) {
      owners.delete(draft.signature);
    }
  }
  return owners;
}

const restricted = (draft: Draft): boolean => draft.paths?.some((path) => path.restriction) ?? false;

/** Other owners whose paths make up the paths of this one, if together they give all of them. */
function partsOf(draft: Draft, owners: ReadonlyMap<string, Draft>): Draft[] {
  const wanted = new Set(draft.paths?.map((path) => path.text));
  if (wanted.size < 2 || restricted(draft) || draft.kind === 'date') {
    return [];
  }
  const parts = [...owners.values()].filter(
    (other) =>
      other !== draft &&
      other.paths !== undefined &&
      other.paths.length < wanted.size &&
      tableOf(other.kind) === tableOf(draft.kind) &&
      other.paths.every((path) => wanted.has(path.text)),
  );
  const covered = new Set(parts.flatMap((part) => part.paths?.map((path) => path.text) ?? []));
  return covered.size === wanted.size ? parts : [];
}

function bare(resourceType: string, info: SearchParameterInfo): IndexedParameter {
  return {
    resourceType,
    code: info.code,
    url: info.url,
    kind: 'special',
    sources: [],
    multiple: false,
    targets: [],
    elements: [],
    jsonPaths: [],
    types: new Set(),
    foldsCase: false,
    implicitSystem: 0,
    discriminated: false,
    contexts: [],
  };
}

function refuseCollisions(stored: readonly StoredParameter[]): void {
  const names = new Map<number, string>();
  for (const { key, name } of stored) {
    const other = names.get(key);
    if (other !== undefined && other !== name) {
      throw new Error(`Search parameters ${other} and ${name} have one key; rename one of them`);
    }
    names.set(key, name);
  }
}
