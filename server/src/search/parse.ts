import { hash } from 'node:crypto';
import { FhirError, type Issue, invalid } from '../fhir/index.ts';
import type { IndexedParameter } from '../indexing/index.ts';
import { badModifier } from './criteria.ts';
import { parseFilter } from './filter-criterion.ts';
import type { ParseContext } from './parse-context.ts';
import { parseCriterion } from './parse-criterion.ts';
import type { Criterion, IncludeRule, SearchQuery, SortRule } from './query.ts';

/** How strict to be, and how long a page is. */
export interface ParseOptions {
  readonly handling?: 'strict' | 'lenient';
  readonly defaultCount?: number;
  readonly maxCount?: number;
}

/** Parameters of a search as they were written. */
export type SearchParams = Iterable<readonly [string, string]>;

const MAX_INCLUDES = 20;
const MAX_OFFSET = 10_000;
const MAX_SORT = 5;
/** Parameters of the HTTP layer and of paging, which say nothing about what is found. */
const IGNORED = new Set(['_format', '_pretty', '_cursor', '_count', '_offset', '_page', '_pageToken', '_language']);

interface Draft {
  readonly context: ParseContext;
  readonly types: readonly string[];
  readonly options: ParseOptions;
  readonly criteria: Map<string, Criterion[]>;
  readonly sort: Map<string, SortRule[]>;
  readonly warnings: Issue[];
  readonly ignored: (readonly [string, string])[];
  readonly includes: IncludeRule[];
  readonly revIncludes: IncludeRule[];
  readonly deciding: string[];
  count: number;
  offset: number;
  cursor?: string;
  total: SearchQuery['total'];
  contained: 'false' | 'true' | 'both';
  containedType: 'container' | 'contained';
  summary?: SearchQuery['summary'];
  elements?: readonly string[];
}

/** Reads and checks a search. @throws FhirError 400 that names what is not understood (or a warning, when lenient). */
export function parseSearch(
  context: ParseContext,
  type: string | undefined,
  params: SearchParams,
  options: ParseOptions,
): SearchQuery {
  const pairs = [...params];
  const types = searchedTypes(context, type, pairs);
  const incomplete = new Map<string, IndexedParameter>();
  const draft: Draft = {
    context: {
      ...context,
      parameter(name, code) {
        const parameter = context.parameter(name, code);
        if (parameter.incomplete) {
          incomplete.set(`${name}.${code}`, parameter);
        }
        return parameter;
      },
    },
    types,
    options,
    criteria: new Map(types.map((name) => [name, []])),
    sort: new Map(types.map((name) => [name, []])),
    warnings: [],
    ignored: [],
    includes: [],
    revIncludes: [],
    deciding: [],
    count: options.defaultCount ?? 20,
    offset: 0,
    total: 'none',
    contained: 'false',
    containedType: 'container',
  };
  for (const [name, value] of pairs) {
    leniently(draft, [name, value], () => readParam(draft, name, value));
  }
  const warnings = [...incomplete.values()].map(notYetIndexed);
  return finish({ ...draft, warnings: [...draft.warnings, ...warnings] }, warnings.length > 0);
}

function notYetIndexed({ resourceType, code }: IndexedParameter): Issue {
  const text = `Search parameter '${code}' of ${resourceType} is still being indexed: results may be incomplete`;
  return { severity: 'warning', code: 'incomplete', key: 'search-parameter-indexing', text };
}

function searchedTypes(
  context: ParseContext,
  type: string | undefined,
  pairs: readonly (readonly [string, string])[],
): string[] {
  if (type !== undefined) {
    if (!context.isType(type)) {
      throw invalid('resource-type', `Resource type '${type.slice(0, 64)}' is not known`);
    }
    return [type];
  }
  const named = pairs.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(',').filter(Boolean));
  for (const name of named) {
    if (!context.isType(name)) {
      throw invalid('resource-type', `Resource type '${name.slice(0, 64)}' is not known`);
    }
  }
  return named.length > 0 ? [...new Set(named)].sort() : [...context.types()];
}

function leniently(draft: Draft, written: readonly [string, string], read: () => void): void {
  try {
    read();
  } catch (error) {
    if (draft.options.handling !== 'lenient' || !(error instanceof FhirError)) {
      throw error;
    }
    draft.ignored.push(written);
    const [issue] = error.outcome.issue ?? [];
    draft.warnings.push({
      severity: 'warning',
      code: 'not-supported',
      text: issue?.details?.text ?? 'A parameter was ignored',
    });
  }
}

function readParam(draft: Draft, name: string, value: string): void {
  const base = name.split(':')[0] as string;
  const result = RESULT[base];
  if (result) {
    const modifier = name.slice(base.length + 1);
    if (modifier !== '' && base !== '_include' && base !== '_revinclude') {
      throw badModifier(base, modifier);
    }
    result(draft, value, modifier);
    return;
  }
  if (IGNORED.has(base) || base === '_type') {
    return;
  }
  if (value === '') {
    throw invalid('search-value', `Search parameter '${name.slice(0, 64)}' has no value`);
  }
  const read = draft.types.map(
    (type) =>
      [
        type,
        name === '_filter' ? parseFilter(draft.context, type, value) : parseCriterion(draft.context, type, name, value),
      ] as const,
  );
  draft.deciding.push(`${name}=${value}`);
  for (const [type, criterion] of read) {
    draft.criteria.get(type)?.push(criterion);
  }
}

type Reader = (draft: Draft, value: string, modifier: string) => void;

/** Parameters that shape the result. @see https://hl7.org/fhir/R4/search.html#Summary */
const RESULT: Readonly<Record<string, Reader>> = Object.assign(Object.create(null) as Record<string, Reader>, {
  _count(draft: Draft, value: string) {
    draft.count = Math.min(wholeNumber('_count', value), draft.options.maxCount ?? 1000);
  },
  _offset(draft: Draft, value: string) {
    draft.offset = wholeNumber('_offset', value);
    if (draft.offset > MAX_OFFSET) {
      throw invalid('search-offset', `'_offset' may be at most ${MAX_OFFSET}: follow the next links instead`);
    }
  },
  _cursor(draft: Draft, value: string) {
    draft.cursor = value;
  },
  _total(draft: Draft, value: string) {
    draft.total = oneOf('_total', value, ['none', 'estimate', 'accurate']);
  },
  _summary(draft: Draft, value: string) {
    draft.summary = oneOf<NonNullable<SearchQuery['summary']>>('_summary', value, [
      'true',
      'text',
      'data',
      'count',
      'false',
    ]);
  },
  _elements(draft: Draft, value: string) {
    draft.elements = value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  },
  _fields(draft: Draft, value: string) {
    draft.elements = value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  },
  _sort(draft: Draft, value: string) {
    readSort(draft, value);
  },
  _include(draft: Draft, value: string, modifier: string) {
    readInclude(draft, draft.includes, value, modifier);
  },
  _revinclude(draft: Draft, value: string, modifier: string) {
    readInclude(draft, draft.revIncludes, value, modifier);
  },
  _contained(draft: Draft, value: string) {
    draft.contained = oneOf('_contained', value, ['false', 'true', 'both']);
    draft.deciding.push(`_contained=${value}`);
  },
  _containedType(draft: Draft, value: string) {
    draft.containedType = oneOf('_containedType', value, ['container', 'contained']);
  },
  _score() {},
});

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,18}$/.test(value)) {
    throw invalid('search-value', `'${name}' needs a whole number from 0`);
  }
  return Number(value);
}

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (!found) {
    throw invalid('search-value', `'${name}' needs one of ${allowed.join(', ')}`);
  }
  return found;
}

function readSort(draft: Draft, value: string): void {
  const parts = value.split(',').filter(Boolean);
  const read = draft.types.map((type) => [type, parts.map((part) => sortRule(draft.context, type, part))] as const);
  if (read.some(([type, rules]) => rules.length + (draft.sort.get(type)?.length ?? 0) > MAX_SORT)) {
    throw invalid('search-sort', `'_sort' takes at most ${MAX_SORT} parameters`);
  }
  draft.deciding.push(`_sort=${value}`);
  for (const [type, rules] of read) {
    draft.sort.get(type)?.push(...rules);
  }
}

function sortRule(context: ParseContext, type: string, part: string): SortRule {
  const descending = part.startsWith('-');
  const code = descending ? part.slice(1) : part;
  if (code === '_lastUpdated' || code === '_id') {
    return { code, descending };
  }
  const parameter = context.parameter(type, code);
  if (parameter.kind === 'composite' || parameter.kind === 'special') {
    throw invalid('search-sort', `Search parameter '${code}' of ${type} cannot be sorted by`);
  }
  return { code, descending, parameter };
}

function readInclude(draft: Draft, rules: IncludeRule[], value: string, modifier: string): void {
  if (modifier !== '' && modifier !== 'iterate' && modifier !== 'recurse') {
    throw invalid('search-modifier', `'_include' and '_revinclude' have no modifier ':${modifier.slice(0, 32)}'`);
  }
  const read = value
    .split(',')
    .filter(Boolean)
    .map((one) => includeRule(draft, one, modifier !== ''));
  if (draft.includes.length + draft.revIncludes.length + read.length > MAX_INCLUDES) {
    throw invalid('search-includes', `A search takes at most ${MAX_INCLUDES} includes`);
  }
  rules.push(...read);
}

function includeRule({ context, types }: Draft, value: string, iterate: boolean): IncludeRule {
  const [first = '', code, targetType, ...more] = value.split(':');
  if (first === '*' && code === undefined) {
    return { sourceType: '*', iterate };
  }
  const wrong =
    more.length > 0 || code === undefined || !context.isType(first) || (targetType && !context.isType(targetType));
  if (wrong) {
    throw invalid('search-include', `An include needs the form Type:parameter, Type:parameter:TargetType or *`);
  }
  if (code === '*') {
    return { sourceType: first, iterate, ...(targetType && { targetType }) };
  }
  const parameter = context.parameter(first, code);
  if (parameter.kind !== 'reference') {
    throw invalid(
      'search-include',
      `Search parameter '${code}' of ${first} is no reference; nothing of ${types[0]} to include`,
    );
  }
  return { sourceType: first, parameter, iterate, ...(targetType && { targetType }) };
}

function finish(draft: Draft, incomplete: boolean): SearchQuery {
  const { types, criteria, sort, count, offset, cursor, total, includes, revIncludes, elements, summary, warnings } =
    draft;
  const countOnly = summary === 'count' || count === 0;
  const fingerprint = hash('sha256', JSON.stringify([types, draft.deciding]), 'base64url').slice(0, 12);
  return {
    types,
    criteria,
    sort,
    count,
    offset,
    total: countOnly ? 'accurate' : total,
    countOnly,
    includes,
    revIncludes,
    warnings,
    ignored: draft.ignored,
    fingerprint,
    incomplete,
    ...(cursor && { cursor }),
    ...(draft.contained !== 'false' && {
      contained: { only: draft.contained === 'true', show: draft.containedType },
    }),
    ...(elements && { elements }),
    ...(summary && { summary }),
  };
}
