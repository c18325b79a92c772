import type { Filter, IncludeTarget, SearchRequest } from '@medplum/core';

const MODIFIERS = new Set([
  'contains',
  'exact',
  'text',
  'not',
  'above',
  'below',
  'in',
  'not-in',
  'of-type',
  'missing',
  'identifier',
  'iterate',
]);
const PREFIXES = new Set(['ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']);

/** Writes Medplum's SearchRequest as the parameters it was read from. */
export function searchParamsOf(request: SearchRequest): [string, string][] {
  const params: [string, string][] = (request.filters ?? []).map(filterParam);
  const add = (name: string, value: unknown): void => {
    if (value !== undefined) {
      params.push([name, String(value)]);
    }
  };
  if (request.sortRules?.length) {
    add('_sort', request.sortRules.map((rule) => (rule.descending ? `-${rule.code}` : rule.code)).join(','));
  }
  add('_count', request.count);
  add('_offset', request.offset);
  add('_cursor', request.cursor);
  add('_total', request.total);
  add('_summary', request.summary);
  add('_elements', request.fields?.join(','));
  add('_type', request.types?.join(','));
  params.push(...(request.include ?? []).map((target) => includeParam('_include', target)));
  params.push(...(request.revInclude ?? []).map((target) => includeParam('_revinclude', target)));
  return params;
}

function filterParam({ code, operator, value }: Filter): [string, string] {
  if (operator === 'present') {
    return [`${code}:missing`, value === 'true' ? 'false' : 'true'];
  }
  if (MODIFIERS.has(operator)) {
    return [`${code}:${operator}`, value];
  }
  return [code, PREFIXES.has(operator) ? operator + value : value];
}

function includeParam(
  name: string,
  { resourceType, searchParam, targetType, modifier }: IncludeTarget,
): [string, string] {
  const value = [resourceType, searchParam, ...(targetType ? [targetType] : [])].join(':');
  return [modifier ? `${name}:${modifier}` : name, value];
}
