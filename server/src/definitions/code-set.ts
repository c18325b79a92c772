import type { CodeSystem, CodeSystemConcept, ValueSet, ValueSetComposeInclude } from '@medplum/fhirtypes';

/** Finds the definitions that value sets are made of, by canonical URL (a version suffix is ignored). */
export interface TerminologySource {
  codeSystem(url: string): CodeSystem | undefined;
  valueSet(url: string): ValueSet | undefined;
}

/** One code of an enumerated value set. */
export interface EnumeratedCode {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
  readonly abstract?: boolean;
  readonly inactive?: boolean;
  /** Index of the parent within the same list; absent for a root. */
  readonly parent?: number;
}

/** A code system flattened in document order: parents before children, parents by index. */
export function flattenConcepts(system: CodeSystem): EnumeratedCode[] {
  const list: EnumeratedCode[] = [];
  const byCode = new Map<string, number>();
  const walk = (concepts: readonly CodeSystemConcept[], parent: number | undefined): void => {
    for (const concept of concepts) {
      const above = parent ?? byCode.get(propertyOf(concept, 'subsumedBy') ?? propertyOf(concept, 'parent') ?? '');
      const inactive = propertyOf(concept, 'inactive') === 'true' || propertyOf(concept, 'status') === 'retired';
      const abstract = propertyOf(concept, 'notSelectable') === 'true' || propertyOf(concept, 'abstract') === 'true';
      byCode.set(concept.code as string, list.length);
      list.push({
        system: system.url as string,
        code: concept.code as string,
        ...(concept.display && { display: concept.display }),
        ...(above !== undefined && { parent: above }),
        ...(inactive && { inactive }),
        ...(abstract && { abstract }),
      });
      walk(concept.concept ?? [], list.length - 1);
    }
  };
  walk(system.concept ?? [], undefined);
  return list;
}

function propertyOf(concept: CodeSystemConcept, property: string): string | undefined {
  const found = concept.property?.find((p) => p.code === property);
  return found === undefined ? undefined : String(found.valueCode ?? found.valueString ?? found.valueBoolean);
}

/**
 * Enumerates a value set; undefined when it cannot be enumerated (a grammar such as UCUM, a system that is not loaded,
 * an unknown filter), so that a caller never mistakes a partial list for the whole.
 * @see https://hl7.org/fhir/R4/valueset.html#compositions
 */
export function enumerateValueSet(
  valueSet: ValueSet,
  source: TerminologySource,
  visiting: ReadonlySet<string> = new Set(),
): EnumeratedCode[] | undefined {
  const url = valueSet.url ?? '';
  if (visiting.has(url)) {
    return undefined;
  }
  const inside = new Set([...visiting, url]);
  if (!valueSet.compose) {
    return expansionCodes(valueSet);
  }
  const found = new Map<string, EnumeratedCode>();
  for (const include of valueSet.compose.include ?? []) {
    const codes = enumerateInclude(include, source, inside);
    if (!codes) {
      return undefined;
    }
    for (const code of codes) {
      const key = `${code.system}|${code.code}`;
      if (!found.has(key)) {
        found.set(key, code);
      }
    }
  }
  for (const exclude of valueSet.compose.exclude ?? []) {
    const codes = enumerateInclude(exclude, source, inside);
    if (!codes) {
      return undefined;
    }
    for (const code of codes) {
      found.delete(`${code.system}|${code.code}`);
    }
  }
  return [...found.values()];
}

function expansionCodes(valueSet: ValueSet): EnumeratedCode[] | undefined {
  return valueSet.expansion?.contains
    ?.filter((c) => c.code)
    .map((c) => ({ system: c.system ?? '', code: c.code as string, ...(c.display && { display: c.display }) }));
}

function enumerateInclude(
  include: ValueSetComposeInclude,
  source: TerminologySource,
  visiting: ReadonlySet<string>,
): EnumeratedCode[] | undefined {
  let codes = include.system ? systemCodes(include, source) : undefined;
  if (include.system && !codes) {
    return undefined;
  }
  for (const canonical of include.valueSet ?? []) {
    const other = source.valueSet(canonical);
    const imported = other && enumerateValueSet(other, source, visiting);
    if (!imported) {
      return undefined;
    }
    if (codes) {
      const keys = new Set(imported.map((c) => `${c.system}|${c.code}`));
      codes = codes.filter((c) => keys.has(`${c.system}|${c.code}`));
    } else {
      codes = imported;
    }
  }
  return codes;
}

function systemCodes(include: ValueSetComposeInclude, source: TerminologySource): EnumeratedCode[] | undefined {
  const system = include.system as string;
  const definition = source.codeSystem(system);
  if (include.concept) {
    const displays = new Map(definition ? flattenConcepts(definition).map((c) => [c.code, c.display]) : []);
    return include.concept.map((c) => {
      const display = c.display ?? displays.get(c.code as string);
      return { system, code: c.code as string, ...(display && { display }) };
    });
  }
  if (!definition?.concept || definition.content === 'fragment' || definition.content === 'example') {
    return undefined;
  }
  return applyFilters(flattenConcepts(definition), definition, include);
}

function applyFilters(
  all: EnumeratedCode[],
  definition: CodeSystem,
  include: ValueSetComposeInclude,
): EnumeratedCode[] | undefined {
  let keep = all.map((_, index) => index);
  for (const filter of include.filter ?? []) {
    const test = filterTest(all, definition, filter.property ?? '', filter.op ?? '', filter.value ?? '');
    if (!test) {
      return undefined;
    }
    keep = keep.filter(test);
  }
  const places = new Map(keep.map((index, place) => [index, place]));
  return keep.map((index) => {
    const { parent, ...rest } = all[index] as EnumeratedCode;
    const place = parent === undefined ? undefined : places.get(parent);
    return place === undefined ? rest : { ...rest, parent: place };
  });
}

function filterTest(
  all: readonly EnumeratedCode[],
  definition: CodeSystem,
  property: string,
  op: string,
  value: string,
): ((index: number) => boolean) | undefined {
  if (property === 'concept' || property === 'code') {
    return conceptTest(all, op, value);
  }
  if (op !== '=' && op !== 'in' && op !== 'exists') {
    return undefined;
  }
  const wanted = new Set(value.split(','));
  const values = propertyValues(definition, property);
  return (index) => {
    const found = values.get(all[index]?.code ?? '');
    return op === 'exists' ? (found !== undefined) === (value === 'true') : found !== undefined && wanted.has(found);
  };
}

function propertyValues(definition: CodeSystem, property: string): Map<string, string> {
  const values = new Map<string, string>();
  const walk = (concepts: readonly CodeSystemConcept[]): void => {
    for (const concept of concepts) {
      const value = propertyOf(concept, property);
      if (value !== undefined) {
        values.set(concept.code as string, value);
      }
      walk(concept.concept ?? []);
    }
  };
  walk(definition.concept ?? []);
  return values;
}

function conceptTest(
  all: readonly EnumeratedCode[],
  op: string,
  value: string,
): ((index: number) => boolean) | undefined {
  const isUnder = (index: number, self: boolean): boolean => {
    let at: number | undefined = self ? index : all[index]?.parent;
    while (at !== undefined) {
      if (all[at]?.code === value) {
        return true;
      }
      at = all[at]?.parent;
    }
    return false;
  };
  const wanted = new Set(value.split(','));
  switch (op) {
    case 'is-a':
      return (index) => isUnder(index, true);
    case 'descendent-of':
      return (index) => isUnder(index, false);
    case 'is-not-a':
      return (index) => !isUnder(index, true);
    case '=':
    case 'in':
      return (index) => wanted.has(all[index]?.code ?? '');
    case 'not-in':
      return (index) => !wanted.has(all[index]?.code ?? '');
    default:
      return undefined;
  }
}
