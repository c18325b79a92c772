import type { CodeSystem, CodeSystemConcept, Coding, ConceptMap, ConceptMapGroup, ValueSet } from '@medplum/fhirtypes';
import { type Definitions, type EnumeratedCode, flattenConcepts } from '../definitions/index.ts';
import { invalid } from '../fhir/index.ts';
import type { ConceptStore } from './concept-store.ts';
import { expandedValueSet } from './expand.ts';
import type { ExpandOptions } from './expand-options.ts';
import { unknownHere } from './inputs.ts';
import type { ResourceReader } from './operation-call.ts';
import { allCodes, relatedCodes } from './related-codes.ts';
import { createBaseCache, createSources, type Sources } from './sources.ts';
import { storedSystems } from './stored-systems.ts';
import { type CodeVerdict, canonicalOf, validateInSystem, validateInValueSet } from './validate-code.ts';

/** What a code means. */
export interface CodeMeaning {
  readonly name: string;
  readonly version?: string;
  readonly display?: string;
  readonly concept: CodeSystemConcept;
  readonly parent?: string;
}

/** One translation of a code. */
export interface Translation {
  readonly equivalence: string;
  /** Absent where the map says that there is none. */
  readonly coding?: Coding;
  readonly map: string;
}

/** Code systems, value sets and maps of the base definitions and of the tenant behind the reader. */
export interface Terminology {
  expand(valueSet: string | ValueSet, options: ExpandOptions, reader: ResourceReader): Promise<ValueSet>;
  validateInValueSet(valueSet: string | ValueSet, coding: Coding, reader: ResourceReader): Promise<CodeVerdict>;
  /** Like {@link Terminology.validateInValueSet}, but a value set that is not known is a verdict too: undecided. */
  checkCode(valueSet: string, coding: Coding, reader: ResourceReader): Promise<CodeVerdict>;
  validateInSystem(coding: Coding, reader: ResourceReader, given?: CodeSystem): Promise<CodeVerdict>;
  /** `given` is the code system to look in, whatever the coding names. */
  lookup(coding: Coding, reader: ResourceReader, given?: CodeSystem): Promise<CodeMeaning>;
  /** `system` may name a version: `url|version`. */
  subsumes(system: string, a: string, b: string, reader: ResourceReader, given?: CodeSystem): Promise<Subsumption>;
  translate(request: TranslateRequest, reader: ResourceReader): Promise<Translation[]>;
  /** All codes of a value set as a list; undefined when they are not known as a whole, or too many. */
  codes(valueSet: string, reader: ResourceReader): Promise<readonly EnumeratedCode[] | undefined>;
  /** Codes above or below a code, without it; undefined when it is not known. */
  related(
    how: 'above' | 'below',
    system: string,
    code: string,
    reader: ResourceReader,
  ): Promise<readonly string[] | undefined>;
}

export type Subsumption = 'equivalent' | 'subsumes' | 'subsumed-by' | 'not-subsumed';

/** What to translate, and by which maps. */
export interface TranslateRequest {
  readonly coding: Coding;
  readonly map?: string | ConceptMap;
  readonly source?: string;
  readonly target?: string;
  readonly targetSystem?: string;
  readonly reverse?: boolean;
}

/** Makes the terminology over the base definitions, the tenant's resources and, with a store, loaded releases. */
export function createTerminology(
  definitions: Definitions,
  now: () => Date = () => new Date(),
  store?: (tenant: number) => ConceptStore,
): Terminology {
  const cache = createBaseCache(definitions);
  const from = (reader: ResourceReader): Sources =>
    createSources(definitions, cache, reader, storedSystems(store, reader, now));
  return {
    async expand(given, options, reader) {
      const sources = from(reader);
      const valueSet = await resolveValueSet(given, sources);
      return expandedValueSet(valueSet, sources, options, now());
    },
    async validateInValueSet(given, coding, reader) {
      const sources = from(reader);
      return validateInValueSet(await resolveValueSet(given, sources), coding, sources);
    },
    async checkCode(url, coding, reader) {
      const sources = from(reader);
      const valueSet = await sources.valueSet(url);
      return valueSet
        ? validateInValueSet(valueSet, coding, sources)
        : { result: false, unknown: true, message: `ValueSet ${url} is not known` };
    },
    validateInSystem: (coding, reader, given) => validateInSystem(coding, within(from(reader), given)),
    lookup: (coding, reader, given) => lookup(coding, within(from(reader), given)),
    subsumes: (system, a, b, reader, given) => subsumes(system, a, b, within(from(reader), given)),
    translate: (request, reader) => translate(request, from(reader)),
    codes: (valueSet, reader) => allCodes(valueSet, from(reader)),
    related: (how, system, code, reader) => relatedCodes(how, { system, code }, from(reader)),
  };
}

/** Sources in which every code system is the one given, when that one has its codes with it. */
function within(sources: Sources, given: CodeSystem | undefined): Sources {
  return given?.concept
    ? { ...sources, codeSystem: async () => given, stored: storedSystems(undefined, {}, () => new Date(0)) }
    : sources;
}

/** A value set by URL, also the implicit one of a whole code system (`system?fhir_vs`, or the system's own URL). */
async function resolveValueSet(given: string | ValueSet, sources: Sources): Promise<ValueSet> {
  if (typeof given !== 'string') {
    return given;
  }
  const found = await sources.valueSet(given);
  if (found) {
    return found;
  }
  const system = given.replace(/\?fhir_vs$/, '');
  if ((await sources.codeSystem(system)) || (await sources.stored.release(system))) {
    return { resourceType: 'ValueSet', url: given, status: 'active', compose: { include: [{ system }] } };
  }
  throw unknownHere(`ValueSet ${given} is not known`);
}

async function knownSystem(url: string, sources: Sources): Promise<CodeSystem> {
  const system = await sources.codeSystem(url);
  if (!system?.concept) {
    throw unknownHere(`CodeSystem ${url} is not loaded`);
  }
  return system;
}

async function lookup(coding: Coding, sources: Sources): Promise<CodeMeaning> {
  const { code } = coding;
  const system = canonicalOf(coding);
  const stored = await storedMeaning(system, code ?? '', sources);
  if (stored) {
    return stored;
  }
  const definition = await knownSystem(system, sources);
  const codes = flattenConcepts(definition);
  const found = codes.find((c) => c.code === code);
  const concept = findConcept(definition.concept ?? [], code ?? '');
  if (!found || !concept) {
    throw unknownHere(`The code is not in the code system ${system}`);
  }
  const parent = found.parent === undefined ? undefined : codes[found.parent]?.code;
  return {
    name: definition.title ?? definition.name ?? system,
    ...(definition.version && { version: definition.version }),
    ...(found.display && { display: found.display }),
    concept,
    ...(parent && { parent }),
  };
}

async function storedMeaning(system: string, code: string, sources: Sources): Promise<CodeMeaning | undefined> {
  const release = await sources.stored.release(system);
  const found = release && (await sources.stored.find(system, code));
  if (!release || !found) {
    return undefined;
  }
  const parents = await sources.stored.parents(system, code);
  const children = await sources.stored.children(system, code);
  return {
    name: release.title,
    version: release.version,
    display: found.display,
    concept: {
      code,
      display: found.display,
      property: [
        { code: 'inactive', valueBoolean: !found.active },
        ...parents.map((parent) => ({ code: 'parent', valueCode: parent })),
        ...children.map((child) => ({ code: 'child', valueCode: child })),
      ],
    },
  };
}

function findConcept(concepts: readonly CodeSystemConcept[], code: string): CodeSystemConcept | undefined {
  for (const concept of concepts) {
    const found = concept.code === code ? concept : findConcept(concept.concept ?? [], code);
    if (found) {
      return found;
    }
  }
  return undefined;
}

async function subsumes(system: string, a: string, b: string, sources: Sources): Promise<Subsumption> {
  if (await sources.stored.release(system)) {
    return storedSubsumption(system, a, b, sources);
  }
  const codes = flattenConcepts(await knownSystem(system, sources));
  const [atA, atB] = [codes.findIndex((c) => c.code === a), codes.findIndex((c) => c.code === b)];
  if (atA < 0 || atB < 0) {
    throw unknownHere(`A code is not in the code system ${system}`);
  }
  if (atA === atB) {
    return 'equivalent';
  }
  const isUnder = (child: number, ancestor: number): boolean => {
    for (let at = codes[child]?.parent; at !== undefined; at = codes[at]?.parent) {
      if (at === ancestor) {
        return true;
      }
    }
    return false;
  };
  return isUnder(atB, atA) ? 'subsumes' : isUnder(atA, atB) ? 'subsumed-by' : 'not-subsumed';
}

async function storedSubsumption(system: string, a: string, b: string, { stored }: Sources): Promise<Subsumption> {
  // A header that is no code of the release itself is known by what lies under it.
  const isKnown = async (code: string): Promise<boolean> =>
    (await stored.find(system, code)) !== undefined || (await stored.children(system, code)).length > 0;
  if (!(await isKnown(a)) || !(await isKnown(b))) {
    throw unknownHere(`A code is not in the code system ${system}`);
  }
  if (a === b) {
    return 'equivalent';
  }
  if (await stored.isA(system, b, a)) {
    return 'subsumes';
  }
  return (await stored.isA(system, a, b)) ? 'subsumed-by' : 'not-subsumed';
}

async function translate(request: TranslateRequest, sources: Sources): Promise<Translation[]> {
  const maps = await mapsFor(request, sources);
  return maps.flatMap((map) =>
    (map.group ?? []).flatMap((group) => translationsIn(group, request).map((t) => ({ ...t, map: map.url ?? '' }))),
  );
}

async function mapsFor(request: TranslateRequest, sources: Sources): Promise<readonly ConceptMap[]> {
  if (typeof request.map === 'object') {
    return [request.map];
  }
  if (request.map) {
    const map = await sources.conceptMap(request.map);
    if (!map) {
      throw unknownHere(`ConceptMap ${request.map} is not known`);
    }
    return [map];
  }
  if (!request.source && !request.target && !request.targetSystem) {
    throw invalid('operation-parameter', 'Missing parameter: need url, conceptMap, source, target or targetsystem');
  }
  const same = (wanted: string | undefined, found: string | undefined): boolean =>
    !wanted || wanted.split('|')[0] === found?.split('|')[0];
  return (await sources.conceptMaps()).filter(
    (map) =>
      same(request.source, map.sourceUri ?? map.sourceCanonical) &&
      same(request.target, map.targetUri ?? map.targetCanonical),
  );
}

function translationsIn(group: ConceptMapGroup, request: TranslateRequest): Omit<Translation, 'map'>[] {
  const { coding, targetSystem, reverse } = request;
  const [from, to] = reverse ? [group.target, group.source] : [group.source, group.target];
  if ((coding.system && from && coding.system !== from) || (targetSystem && to !== targetSystem)) {
    return [];
  }
  const found: Omit<Translation, 'map'>[] = [];
  let mapped = false;
  for (const element of group.element ?? []) {
    mapped ||= element.code === coding.code;
    for (const target of element.target ?? []) {
      const matches = (reverse ? target.code : element.code) === coding.code;
      const code = reverse ? element.code : target.code;
      if (matches && code) {
        const display = reverse ? element.display : target.display;
        found.push({
          equivalence: target.equivalence ?? 'relatedto',
          coding: { ...(to && { system: to }), code, ...(display && { display }) },
        });
      } else if (matches) {
        found.push({ equivalence: target.equivalence ?? 'unmatched' });
      }
    }
  }
  return mapped || reverse ? found : unmapped(group, coding);
}

function unmapped(group: ConceptMapGroup, coding: Coding): Omit<Translation, 'map'>[] {
  const system = group.target && { system: group.target };
  if (group.unmapped?.mode === 'fixed') {
    const { code, display } = group.unmapped;
    return [{ equivalence: 'inexact', coding: { ...system, code, ...(display && { display }) } }];
  }
  return group.unmapped?.mode === 'provided'
    ? [{ equivalence: 'equal', coding: { ...system, code: coding.code } }]
    : [];
}
