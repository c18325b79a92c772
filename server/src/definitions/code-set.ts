import type {
  CodeSystem,
  CodeSystemConcept,
  CodeSystemConceptDesignation,
  ValueSet,
  ValueSetComposeInclude,
} from '@medplum/fhirtypes';

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
  /** The code in other words or languages. */
  readonly designation?: readonly CodeSystemConceptDesignation[];
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
        ...(concept.designation && { designation: concept.designation }),
      });
      walk(concept.concept ?? [], list.length - 1);
    }
  };
  walk(system.concept ?? [], undefined);
  return list;
}

function propertyOf(concept: CodeSystemConcept, property: string): string | undefined {
  const found = concept.property?.find((p) => p.code === property);
  if (found === undefined) {
    return undefined;
  }
  const { valueCode, valueString, valueBoolean, valueInteger, valueDecimal, valueDateTime, valueCoding } = found;
  return String(
    valueCode ?? valueString ?? valueBoolean ?? valueInteger ?? valueDecimal ?? valueDateTime ?? valueCoding?.code,
  );
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
  const all = [...found.values()];
  for (const exclude of valueSet.compose.exclude ?? []) {
    const part = enumerateInclude(exclude, source, inside);
    missing.push(...part.missing);
    for (const code of part.codes) {
      found.delete(keyOf(code));
    }
  }
  const codes = [...found.values()];
  const single = valueSet.compose.include?.length === 1;
  return { codes: single ? underKept(all, codes) : codes.map(({ parent: _, ...rest }) => rest), missing };
}

/** What is left of a list, each code under the nearest of its ancestors that is left. */
function underKept(all: readonly EnumeratedCode[], kept: readonly EnumeratedCode[]): readonly EnumeratedCode[] {
  if (all.length === kept.length) {
    return kept;
  }
  const places = new Map(kept.map((code, place) => [code, place]));
  return kept.map(({ parent, ...rest }) => {
    let above = parent;
    while (above !== undefined && !places.has(all[above] as EnumeratedCode)) {
      above = all[above]?.parent;
    }
    return above === undefined ? rest : { ...rest, parent: places.get(all[above] as EnumeratedCode) };
  });
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
  const definition = source.codeSystem(include.version ? `${system}|${include.version}` : system);
  if (include.concept) {
    const displays = new Map(definition ? flattenConcepts(definition).map((c) => [c.code, c.display]) : []);
    const codes = include.concept.map((c) => {
      const display = c.display ?? displays.get(c.code as string);
      return {
        system,
        code: c.code as string,
        ...(display && { display }),
        ...(c.designation && { designation: c.designation }),
      };
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
  if (op !== '=' && op !== 'in' && op !== 'not-in' && op !== 'exists') {
    return undefined;
  }
  const wanted = new Set(value.split(','));
  const values = propertyValues(definition, property);
  return (index) => {
    const found = values.get(all[index]?.code ?? '');
    if (op === 'exists') {
      return (found !== undefined) === (value === 'true');
    }
    return op === 'not-in' ? found === undefined || !wanted.has(found) : found !== undefined && wanted.has(found);
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

/** A code, and all that lies above it. */
function generalizing(all: readonly EnumeratedCode[], value: string): (index: number) => boolean {
  const above = new Set<number>();
  for (let at: number | undefined = all.findIndex(({ code }) => code === value); at !== undefined && at >= 0; ) {
    above.add(at);
    at = all[at]?.parent;
  }
  return (index) => above.has(index);
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
    case 'generalizes':
      return generalizing(all, value);
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
