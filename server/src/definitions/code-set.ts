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

const flattened = new WeakMap<CodeSystem, readonly EnumeratedCode[]>();

/** A code system flattened in document order: parents before children, parents by index. */
export function flattenConcepts(system: CodeSystem): readonly EnumeratedCode[] {
  let codes = flattened.get(system);
  if (!codes) {
    codes = flatten(system);
    flattened.set(system, codes);
  }
  return codes;
}

function flatten(system: CodeSystem): EnumeratedCode[] {
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

/** What a value set was found to hold. */
export interface Enumeration {
  readonly codes: readonly EnumeratedCode[];
  /** Systems, value sets and filters that could not be resolved; when there are any, `codes` is not the whole. */
  readonly missing: readonly string[];
}

/**
 * Enumerates a value set. What cannot be enumerated (a grammar such as UCUM, a system that is not loaded, an unknown
 * filter) is named in `missing`, so that a caller never mistakes a part for the whole.
 * @see https://hl7.org/fhir/R4/valueset.html#compositions
 */
export function enumerateValueSet(
  valueSet: ValueSet,
  source: TerminologySource,
  visiting: ReadonlySet<string> = new Set(),
): Enumeration {
  const url = valueSet.url ?? '';
  if (url && visiting.has(url)) {
    return { codes: [], missing: [url] };
  }
  if (!valueSet.compose) {
    return { codes: expansionCodes(valueSet), missing: valueSet.expansion ? [] : [url] };
  }
  const inside = new Set([...visiting, url]);
  const missing: string[] = [];
  const found = new Map<string, EnumeratedCode>();
  for (const include of valueSet.compose.include ?? []) {
    const part = enumerateInclude(include, source, inside);
    missing.push(...part.missing);
    for (const code of part.codes) {
      const key = keyOf(code);
      if (!found.has(key)) {
        found.set(key, code);
      }
    }
  }
  for (const exclude of valueSet.compose.exclude ?? []) {
    const part = enumerateInclude(exclude, source, inside);
    missing.push(...part.missing);
    for (const code of part.codes) {
      found.delete(keyOf(code));
    }
  }
  const single = valueSet.compose.include?.length === 1 && !valueSet.compose.exclude;
  const codes = [...found.values()];
  return { codes: single ? codes : codes.map(({ parent: _, ...rest }) => rest), missing };
}

function keyOf(code: EnumeratedCode): string {
  return `${code.system}|${code.code}`;
}

function expansionCodes(valueSet: ValueSet): EnumeratedCode[] {
  return (valueSet.expansion?.contains ?? [])
    .filter((c) => c.code)
    .map((c) => ({ system: c.system ?? '', code: c.code as string, ...(c.display && { display: c.display }) }));
}

function enumerateInclude(
  include: ValueSetComposeInclude,
  source: TerminologySource,
  visiting: ReadonlySet<string>,
): Enumeration {
  let part: Enumeration | undefined = include.system ? systemCodes(include, source) : undefined;
  for (const canonical of include.valueSet ?? []) {
    const other = source.valueSet(canonical);
    const imported = other ? enumerateValueSet(other, source, visiting) : { codes: [], missing: [canonical] };
    const keys = part && new Set(imported.codes.map(keyOf));
    const codes: readonly EnumeratedCode[] =
      part && keys ? part.codes.filter((c) => keys.has(keyOf(c))) : imported.codes;
    part = {
      codes: codes.map(({ parent: _, ...rest }) => rest),
      missing: [...(part?.missing ?? []), ...imported.missing],
    };
  }
  return part ?? { codes: [], missing: [] };
}

function systemCodes(include: ValueSetComposeInclude, source: TerminologySource): Enumeration {
  const system = include.system as string;
  const definition = source.codeSystem(system);
  if (include.concept) {
    const displays = new Map(definition ? flattenConcepts(definition).map((c) => [c.code, c.display]) : []);
    const codes = include.concept.map((c) => {
      const display = c.display ?? displays.get(c.code as string);
      return { system, code: c.code as string, ...(display && { display }) };
    });
    return { codes, missing: [] };
  }
  if (!definition?.concept || definition.content === 'fragment' || definition.content === 'example') {
    return { codes: [], missing: [system] };
  }
  const codes = applyFilters(flattenConcepts(definition), definition, include);
  return codes ? { codes, missing: [] } : { codes: [], missing: [`${system} with an unknown filter`] };
}

function applyFilters(
  all: readonly EnumeratedCode[],
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
