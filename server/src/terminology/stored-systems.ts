import type { ValueSet, ValueSetComposeInclude } from '@medplum/fhirtypes';
import type { EnumeratedCode } from '../definitions/index.ts';
import type { ConceptStore, StoredConcept, StoredRelease } from './concept-store.ts';
import type { ExpandOptions } from './expand-options.ts';
import type { ResourceReader } from './operation-call.ts';

/** The stored code systems as one call sees them. */
export interface StoredSystems {
  release(system: string): Promise<StoredRelease | undefined>;
  find(system: string, code: string): Promise<StoredConcept | undefined>;
  parents(system: string, code: string): Promise<string[]>;
  children(system: string, code: string): Promise<string[]>;
  isA(system: string, code: string, ancestor: string): Promise<boolean>;
  /** Codes of one part of a value set. */
  search(
    part: StoredPart,
    options: ExpandOptions & { count: number; offset: number },
  ): Promise<{ total: number; codes: EnumeratedCode[] }>;
}

/** A part of a value set that lies in a stored code system: all of it, or what is under a code. */
export interface StoredPart {
  readonly system: string;
  readonly isA?: string;
}

/** Binds the store to the tenant and day of a call; without a store nothing is found. */
export function storedSystems(
  storeOf: ((tenant: number) => ConceptStore) | undefined,
  reader: Pick<ResourceReader, 'context'>,
  now: () => Date,
): StoredSystems {
  const store = storeOf?.(reader.context?.tenant ?? 1);
  const releases = new Map<string, Promise<StoredRelease | undefined>>();
  const release = (canonical: string): Promise<StoredRelease | undefined> => {
    const [system, version] = canonical.split('|') as [string, string?];
    const known = releases.get(canonical) ?? store?.release(system, now(), version) ?? Promise.resolve(undefined);
    releases.set(canonical, known);
    return known;
  };
  const within = async <T>(
    system: string,
    work: (store: ConceptStore, release: StoredRelease) => Promise<T>,
    none: T,
  ): Promise<T> => {
    const found = await release(system);
    return store && found ? work(store, found) : none;
  };
  return {
    release,
    find: (system, code) => within(system, (s, r) => s.find(r, code), undefined),
    parents: (system, code) => within<string[]>(system, (s, r) => s.parents(r, code), []),
    children: (system, code) => within<string[]>(system, (s, r) => s.children(r, code), []),
    isA: (system, code, ancestor) => within(system, (s, r) => s.isA(r, code, ancestor), false),
    search: ({ system, isA }, { filter, activeOnly, count, offset }) =>
      within(
        system,
        async (s, r) => {
          const { total, concepts } = await s.search(r, {
            ...(filter && { filter }),
            ...(isA && { isA }),
            activeOnly: activeOnly === true,
            count,
            offset,
          });
          return { total, codes: concepts.map((concept) => enumerated(system, concept)) };
        },
        { total: 0, codes: [] },
      ),
  };
}

function enumerated(system: string, { code, display, active }: StoredConcept): EnumeratedCode {
  return { system: system.split('|')[0] as string, code, display, ...(!active && { inactive: true }) };
}

/** The part that an include takes of a stored system; undefined when it takes something else. */
export function storedPart(include: ValueSetComposeInclude): StoredPart | undefined {
  if (!include.system || include.concept || include.valueSet) {
    return undefined;
  }
  const [filter, ...more] = include.filter ?? [];
  if (!filter) {
    return { system: include.system };
  }
  const isA = filter.property === 'concept' && filter.op === 'is-a' && more.length === 0;
  return isA && filter.value ? { system: include.system, isA: filter.value } : undefined;
}

/** The parts of a value set's own composition that stored systems can serve. */
export async function storedParts(valueSet: ValueSet, stored: StoredSystems): Promise<StoredPart[]> {
  const parts: StoredPart[] = [];
  for (const include of valueSet.compose?.include ?? []) {
    const part = storedPart(include);
    if (part && (await stored.release(part.system))) {
      parts.push(part);
    }
  }
  return parts;
}
