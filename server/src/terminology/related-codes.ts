import { type EnumeratedCode, flattenConcepts } from '../definitions/index.ts';
import type { Sources } from './sources.ts';
import { storedParts } from './stored-systems.ts';

/** Most codes of one part of a value set that are given as a list. */
const MOST = 5001;

/** All codes of a value set; undefined when it is not known, not loaded as a whole, or too large for a list. */
export async function allCodes(url: string, sources: Sources): Promise<readonly EnumeratedCode[] | undefined> {
  const valueSet = await sources.valueSet(url);
  if (!valueSet) {
    return undefined;
  }
  const { codes, missing } = await sources.enumerate(valueSet);
  const parts = await storedParts(valueSet, sources.stored);
  const served = new Set(parts.map((part) => part.system));
  const all = [...codes];
  for (const part of parts) {
    const found = await sources.stored.search(part, { count: MOST, offset: 0 });
    all.push(...found.codes);
    if (found.total > found.codes.length) {
      return undefined;
    }
  }
  return missing.every((name) => served.has(name)) ? all : undefined;
}

/** Codes above or below a code, without it; undefined when the system or the code is not known. */
export async function relatedCodes(
  how: 'above' | 'below',
  { system, code }: { readonly system: string; readonly code: string },
  sources: Sources,
): Promise<readonly string[] | undefined> {
  if (await sources.stored.find(system, code)) {
    return how === 'above' ? storedAbove(system, code, sources) : storedBelow(system, code, sources);
  }
  const definition = await sources.codeSystem(system);
  const codes = definition?.concept ? flattenConcepts(definition) : [];
  const place = codes.findIndex((concept) => concept.code === code);
  if (place < 0) {
    return undefined;
  }
  const ancestors = (from: number): number[] => {
    const parent = codes[from]?.parent;
    return parent === undefined ? [] : [parent, ...ancestors(parent)];
  };
  return how === 'above'
    ? ancestors(place).map((index) => codes[index]?.code as string)
    : codes.filter((_, index) => index !== place && ancestors(index).includes(place)).map((concept) => concept.code);
}

async function storedAbove(system: string, code: string, { stored }: Sources): Promise<string[]> {
  const found = new Set<string>();
  const queue = [code];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const parent of await stored.parents(system, next)) {
      if (!found.has(parent)) {
        found.add(parent);
        queue.push(parent);
      }
    }
  }
  return [...found];
}

async function storedBelow(system: string, code: string, { stored }: Sources): Promise<string[] | undefined> {
  const { total, codes } = await stored.search({ system, isA: code }, { count: MOST, offset: 0 });
  return total > codes.length ? undefined : codes.map((concept) => concept.code).filter((other) => other !== code);
}
