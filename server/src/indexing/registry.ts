import type { Definitions, SearchParameterInfo } from '../definitions/index.ts';
import { type ContextTable, composites, contextTable } from './composites.ts';
import { type ElementPath, parsePaths } from './expression.ts';
import { parameterKey, systemKey } from './keys.ts';
import type { IndexedParameter, RowSource, StoredKind, StoredParameter } from './search-parameter.ts';
import { type TypedPath, typedPaths } from './typed-path.ts';

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

/** A parameter on the way to becoming an IndexedParameter. */
interface Draft {
  readonly info: SearchParameterInfo;
  readonly kind: StoredKind;
  readonly paths: readonly ElementPath[] | undefined;
  readonly typed: readonly TypedPath[];
  readonly signature: string;
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
    parameters.set(draft.info.code, indexed(definitions, resourceType, draft, owners, contexts));
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

function draftOf(definitions: Definitions, resourceType: string, info: SearchParameterInfo): Draft {
  const kind = info.type as StoredKind;
  const parsed = parsePaths(info.expression as string, resourceType);
  const typed = (parsed ?? []).flatMap((path) => typedPaths(definitions, resourceType, path));
  const paths = parsed && (typed.length > 0 || parsed.length === 0) ? parsed : undefined;
  const list = paths?.map((path) => path.text).sort() ?? [info.expression];
  return { info, kind, paths, typed, signature: `${tableOf(kind)}:${[...new Set(list)].join('|')}` };
}

const tableOf = (kind: StoredKind): string => (kind === 'uri' ? 'token' : kind === 'number' ? 'quantity' : kind);

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

function indexed(
  definitions: Definitions,
  resourceType: string,
  draft: Draft,
  owners: ReadonlyMap<string, Draft>,
  contexts: ContextTable,
): IndexedParameter {
  const { info, kind, typed } = draft;
  const owner = owners.get(draft.signature);
  const parts = owner ? [owner] : partsOf(draft, owners);
  const sources = parts.map((part) => source(resourceType, part, draft));
  const types = new Set(typed.map((path) => path.type));
  return {
    resourceType,
    code: info.code,
    url: info.url,
    kind,
    sources,
    multiple: isMultiple(draft, sources),
    targets: kind === 'reference' ? targetsOf(info, draft) : [],
    elements: draft.paths?.map((path) => elementPath(path)) ?? [elementOf(info.expression as string)],
    jsonPaths: [...new Set(typed.map((path) => path.hops.map((hop) => hop.name).join('.')))],
    types,
    foldsCase: types.has('ContactPoint'),
    implicitSystem: implicitSystem(definitions, typed),
    discriminated:
      kind === 'quantity' && (draft.paths?.every((path) => contexts.discriminatorOf(path.text) !== undefined) ?? false),
    contexts: [],
  };
}

function source(resourceType: string, owner: Draft, reader: Draft): RowSource {
  const key = parameterKey(`${resourceType}.${owner.info.code}`);
  const restriction = reader.paths?.[0]?.restriction;
  const alike = reader.paths?.every((path) => JSON.stringify(path.restriction) === JSON.stringify(restriction));
  return {
    key,
    ...(alike && restriction?.targetType && { targetType: restriction.targetType }),
    ...(alike && restriction?.system && { system: systemKey(restriction.system) }),
  };
}

function isMultiple(draft: Draft, sources: readonly RowSource[]): boolean {
  return (
    sources.length > 1 ||
    draft.typed.length === 0 ||
    draft.typed.some((path) => path.hops.some((hop) => hop.array && hop.index === undefined)) ||
    new Set(draft.typed.map((path) => path.leaf?.path)).size > 1
  );
}

function targetsOf(info: SearchParameterInfo, draft: Draft): string[] {
  const restriction =
    draft.paths?.map((path) => path.restriction?.targetType).filter((type) => type !== undefined) ?? [];
  if (restriction.length > 0 && restriction.length === draft.paths?.length) {
    return [...new Set(restriction)];
  }
  const declared = info.target ?? [];
  const fromElements = draft.typed.flatMap((path) => path.leaf?.targets ?? []);
  if (fromElements.length === 0) {
    return [...declared];
  }
  const both = [...new Set(fromElements)].filter((type) => declared.length === 0 || declared.includes(type));
  return both.length > 0 ? both : [...declared];
}

function implicitSystem(definitions: Definitions, typed: readonly TypedPath[]): number {
  const binding = typed.length > 0 && typed.every((path) => path.type === 'code') ? typed[0]?.leaf?.binding : undefined;
  const codes = binding?.strength === 'required' ? definitions.codeSet(binding.valueSet) : undefined;
  return codes?.size === 1 ? systemKey([...codes.keys()][0]) : 0;
}

const elementPath = (path: ElementPath): string =>
  path.steps.flatMap((step) => (step.kind === 'property' ? [step.name] : [])).join('.');

const elementOf = (expression: string): string => /\b(?:[A-Z]\w*\.)?([a-z]\w*)/.exec(expression)?.[1] ?? '';

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
