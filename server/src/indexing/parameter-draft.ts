import type { Definitions, SearchParameterInfo } from '../definitions/index.ts';
import type { ContextTable } from './composites.ts';
import { type ElementPath, parsePaths } from './expression.ts';
import { parameterKey, systemKey } from './keys.ts';
import type { IndexedParameter, RowSource, StoredKind } from './search-parameter.ts';
import { type TypedPath, typedPaths } from './typed-path.ts';

/** A parameter on the way to becoming an IndexedParameter. */
export interface Draft {
  readonly info: SearchParameterInfo;
  readonly kind: StoredKind;
  readonly paths: readonly ElementPath[] | undefined;
  readonly typed: readonly TypedPath[];
  readonly signature: string;
}

/** Reads the expression of a parameter that has rows, for one resource type. */
export function draftOf(definitions: Definitions, resourceType: string, info: SearchParameterInfo): Draft {
  const kind = info.type as StoredKind;
  const parsed = parsePaths(info.expression as string, resourceType);
  const typed = (parsed ?? []).flatMap((path) => typedPaths(definitions, resourceType, path));
  const paths = parsed && (typed.length > 0 || parsed.length === 0) ? parsed : undefined;
  const list = paths?.map((path) => path.text).sort() ?? [info.expression];
  return { info, kind, paths, typed, signature: `${tableOf(kind)}:${[...new Set(list)].join('|')}` };
}

/** The table, without its prefix, in which rows of a kind lie. */
export const tableOf = (kind: StoredKind): string => (kind === 'uri' ? 'token' : kind === 'number' ? 'quantity' : kind);

/** The parameter as searches see it, over the rows of these drafts. */
export function indexed(
  definitions: Definitions,
  resourceType: string,
  draft: Draft,
  parts: readonly Draft[],
  contexts: ContextTable,
): IndexedParameter {
  const { info, kind, typed } = draft;
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
