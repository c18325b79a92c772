import { conditions } from '../kit/lexicon/conditions.ts';
import type { CodeEntry, CodeTable } from './code-table.ts';
import { specificCodes } from './specific-codes.ts';

/** Codes of the newest curated release that an older one had under another code: new, old. */
const beforeFy2026: Readonly<Record<string, string>> = { 'G35.D': 'G35' };

/** Codes of the newest curated release for which an older one had only the general code. */
const newInFy2026: ReadonlySet<string> = new Set(['G35.A']);

const named: readonly CodeEntry[] = conditions.map(({ code, name }) => ({ code, description: name }));
const newest: readonly CodeEntry[] = [
  ...named,
  ...specificCodes.flatMap(({ code, description }) =>
    named.some((each) => each.code === code) ? [] : [{ code, description }],
  ),
];

/**
 * The codes that a behavioural-health and primary-care clinic uses daily, by the days of service on which they hold. The
 * names are ours; a clinic that has loaded the full release gets its wording and its other codes beside these.
 */
export const curatedTables: readonly CodeTable[] = [
  { version: 'FY2026 curated', from: '2025-10-01', to: '2026-09-30', entries: newest },
  {
    version: 'FY2025 curated',
    from: '2024-10-01',
    to: '2025-09-30',
    entries: newest
      .filter(({ code }) => !newInFy2026.has(code))
      .map((entry) => ({ ...entry, code: beforeFy2026[entry.code] ?? entry.code })),
  },
];
