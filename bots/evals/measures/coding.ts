import { z } from 'zod';
import { indexCodes } from '../../src/coding/code-index.ts';
import { dotted, parseCodeTable } from '../../src/coding/code-table.ts';
import { suggestCodes } from '../../src/coding/suggest-codes.ts';
import type { DataFolder } from '../data.ts';
import { type Evaluation, type ItemResult, percent } from '../measure.ts';

const problemSchema = z.object({
  encounter_id: z.string(),
  problem: z.string(),
  codes: z.array(z.string()),
  acceptable: z.array(z.string()),
  must_not_code: z.array(z.string()).optional(),
});
const synonymSchema = z.object({ term: z.string(), code: z.string(), billable: z.boolean() });

/** C1–C3: codes from the table only; problems of notes; lay terms. */
export function measureCoding(data: DataFolder): Evaluation | undefined {
  const flat = data.text('icd10cm-fy2026/icd10cm-codes-2026.txt.gz');
  const problems = data.jsonl('icd10-aci-silver/valid_problems.jsonl', problemSchema);
  const synonyms = data.jsonl('icd10-synonyms/dev.jsonl', synonymSchema)?.filter((each) => each.billable);
  if (!flat || !problems || !synonyms) {
    return undefined;
  }
  const table = parseCodeTable(flat, 2026);
  const index = indexCodes(table);
  const billable = new Set(table.entries.map((entry) => entry.code));
  const judged = problems.map((item) => {
    const codes = suggestCodes(index, item.problem).map((each) => each.entry.code);
    const right = new Set([...item.codes, ...item.acceptable]);
    const forbidden = codes[0] !== undefined && item.must_not_code?.includes(codes[0]) === true;
    return { item, codes, first: right.has(codes[0] ?? '') && !forbidden, ten: codes.some((code) => right.has(code)) };
  });
  const terms = synonyms.map((item) => {
    const codes = suggestCodes(index, item.term).map((each) => each.entry.code);
    const code = dotted(item.code);
    return { item, codes, first: codes[0] === code, ten: codes.includes(code) };
  });
  const suggested = [...judged, ...terms].flatMap(({ codes }) => codes);
  const share = (list: readonly { readonly first: boolean; readonly ten: boolean }[], rank: 'first' | 'ten'): number =>
    percent(list.filter((each) => each[rank]).length, list.length);
  const high = { unit: '%', better: 'high' } as const;
  return {
    measures: [
      {
        id: 'C1',
        name: 'codes not in the table for the date',
        value: percent(suggested.filter((code) => !billable.has(code)).length, suggested.length),
        unit: '%',
        better: 'low',
        floor: 0,
        goal: 0,
        n: suggested.length,
      },
      {
        id: 'C2',
        name: 'right or acceptable code at rank 1',
        value: share(judged, 'first'),
        ...high,
        floor: 55,
        goal: 75,
        n: judged.length,
      },
      {
        id: 'C2',
        name: 'right or acceptable code in 10',
        value: share(judged, 'ten'),
        ...high,
        floor: 85,
        goal: 95,
        n: judged.length,
      },
      {
        id: 'C3',
        name: 'lay terms, exact at 1',
        value: share(terms, 'first'),
        ...high,
        floor: 32,
        goal: 45,
        n: terms.length,
      },
      {
        id: 'C3',
        name: 'lay terms, exact in 10',
        value: share(terms, 'ten'),
        ...high,
        floor: 50,
        goal: 62,
        n: terms.length,
      },
    ],
    items: [
      ...judged.map(
        ({ item, codes, first }): ItemResult => ({
          measure: 'C2',
          id: `${item.encounter_id}/${item.problem}`,
          ok: first,
          detail: `${item.codes} <- ${codes.slice(0, 5)}`,
        }),
      ),
      ...terms.map(
        ({ item, codes, first, ten }): ItemResult => ({
          measure: 'C3',
          id: item.term,
          ok: first,
          detail: `${ten ? 'in 10' : 'missed'} ${dotted(item.code)} <- ${codes.slice(0, 4)}`,
        }),
      ),
    ],
  };
}
