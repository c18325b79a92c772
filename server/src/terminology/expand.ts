import { randomUUID } from 'node:crypto';
import type { ValueSet, ValueSetExpansionContains } from '@medplum/fhirtypes';
import type { EnumeratedCode, Enumeration } from '../definitions/index.ts';
import type { ExpandOptions } from './expand-options.ts';
import type { Sources } from './sources.ts';
import { type StoredPart, type StoredSystems, storedParts } from './stored-systems.ts';

/** Most codes in one answer. */
const MAX_COUNT = 1000;

/** The codes of one page, and how many there are in all. */
interface Page {
  readonly total: number;
  readonly codes: readonly EnumeratedCode[];
}

/**
 * Expands a value set: first the codes that were enumerated, then those of stored code systems, which are only counted
 * and paged. An expansion that is not the whole says so (`limitedExpansion`).
 */
export async function expandedValueSet(
  valueSet: ValueSet,
  sources: Pick<Sources, 'enumerate' | 'stored'>,
  options: ExpandOptions,
  at: Date,
): Promise<ValueSet> {
  const { compose, expansion: _, ...rest } = valueSet;
  const enumeration = await sources.enumerate(valueSet);
  const parts = await storedParts(valueSet, sources.stored);
  const served = new Set(parts.map((part) => part.system));
  const missing = enumeration.missing.filter((name) => !served.has(name.split(' ')[0] as string));
  const offset = options.offset ?? 0;
  const count = Math.min(options.count ?? MAX_COUNT, MAX_COUNT);
  const page = await pageOf(enumeration, parts, sources.stored, { ...options, offset, count });
  const nested = options.nested === true && !options.filter && page.codes.length === enumeration.codes.length;
  return {
    ...rest,
    ...(options.definition && compose && { compose }),
    expansion: {
      identifier: `urn:uuid:${randomUUID()}`,
      timestamp: at.toISOString(),
      total: page.total,
      offset,
      ...(missing.length > 0 && {
        parameter: [
          { name: 'limitedExpansion', valueBoolean: true },
          ...missing.map((name) => ({ name: 'warning-not-loaded', valueString: name })),
        ],
      }),
      contains: nested ? nest(page.codes, options) : page.codes.map((code) => contained(code, options)),
    },
  };
}

async function pageOf(
  enumeration: Enumeration,
  parts: readonly StoredPart[],
  stored: StoredSystems,
  options: ExpandOptions & { offset: number; count: number },
): Promise<Page> {
  const matching = selectCodes(enumeration.codes, options);
  const codes = matching.slice(options.offset, options.offset + options.count);
  let total = matching.length;
  for (const part of parts) {
    const offset = Math.max(0, options.offset - total);
    const found = await stored.search(part, { ...options, offset, count: options.count - codes.length });
    codes.push(...found.codes);
    total += found.total;
  }
  return { total, codes };
}

function selectCodes(codes: readonly EnumeratedCode[], options: ExpandOptions): readonly EnumeratedCode[] {
  const active = codes.filter(
    ({ inactive, abstract }) => !(options.activeOnly && inactive) && !(options.selectable && abstract),
  );
  const words = fold(options.filter ?? '')
    .split(/\s+/)
    .filter(Boolean);
  if (words.length === 0) {
    return active;
  }
  const ranked = active
    .map((code) => ({ code, rank: rankOf(code, words) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank);
  return ranked.map(({ code }) => code);
}

/** 0 when a word is missing; more when the code or the display starts with what was typed. */
function rankOf(code: EnumeratedCode, words: readonly string[]): number {
  const display = fold(code.display ?? '');
  const text = `${display} ${fold(code.code)}`;
  if (!words.every((word) => text.includes(word))) {
    return 0;
  }
  const typed = words.join(' ');
  if (fold(code.code) === typed || display === typed) {
    return 3;
  }
  return display.startsWith(typed) || fold(code.code).startsWith(typed) ? 2 : 1;
}

/** Lower case without accents. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

function contained(
  { system, code, display, abstract, inactive, designation }: EnumeratedCode,
  { designations, language }: ExpandOptions,
): ValueSetExpansionContains {
  const translated = language ? designation?.find((each) => each.language === language)?.value : undefined;
  const shown = translated ?? display;
  return {
    system,
    code,
    ...(shown && { display: shown }),
    ...(abstract && { abstract }),
    ...(inactive && { inactive }),
    ...(designations && designation && { designation: [...designation] }),
  };
}

function nest(codes: readonly EnumeratedCode[], options: ExpandOptions): ValueSetExpansionContains[] {
  const all = codes.map((code) => contained(code, options));
  const roots: ValueSetExpansionContains[] = [];
  codes.forEach((code, index) => {
    const own = all[index] as ValueSetExpansionContains;
    const parent = code.parent === undefined ? undefined : all[code.parent];
    if (parent) {
      parent.contains = [...(parent.contains ?? []), own];
    } else {
      roots.push(own);
    }
  });
  return roots;
}
