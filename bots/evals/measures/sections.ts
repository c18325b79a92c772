import { sectionOf } from '../../src/soap/section-of.ts';
import type { DataFolder } from '../data.ts';
import { type Evaluation, type ItemResult, percent } from '../measure.ts';

/** B3: which of twenty headings a part of a visit belongs under; on the part that the weights were not fitted on. */
export function measureSections(data: DataFolder): Evaluation | undefined {
  const rows = data.csv('mts-dialog/MTS-Dialog-ValidationSet.csv');
  if (!rows) {
    return undefined;
  }
  const items = rows.map((row, i): ItemResult => {
    const truth = (row.section_header ?? '').toLowerCase();
    const found = sectionOf(row.dialogue ?? '');
    return {
      measure: 'B3',
      id: `${i}`,
      ok: found === truth,
      detail: `${truth} <- ${found} | ${(row.dialogue ?? '').slice(0, 200).replace(/\s+/g, ' ')}`,
    };
  });
  const value = percent(items.filter((item) => item.ok).length, items.length);
  return {
    measures: [
      {
        id: 'B3',
        name: 'section accuracy, 20 headers',
        value,
        unit: '%',
        better: 'high',
        floor: 60,
        goal: 75,
        n: items.length,
      },
    ],
    items,
  };
}
