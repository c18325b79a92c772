import { z } from 'zod';
import { isNegated } from '../../src/kit/text/index.ts';
import type { DataFolder } from '../data.ts';
import type { Evaluation, ItemResult } from '../measure.ts';

const itemSchema = z.object({ line: z.string(), concept: z.string(), sentence: z.string(), negation: z.string() });

/** F2: F1 of "negated" over annotated concepts. */
export function measureNegation(data: DataFolder): Evaluation | undefined {
  const items = data.jsonl('negex-context/annotated_dev.jsonl', itemSchema);
  if (!items) {
    return undefined;
  }
  let [hits, alarms, misses] = [0, 0, 0];
  const results = items.map((item): ItemResult => {
    const start = item.sentence.toLowerCase().indexOf(item.concept.toLowerCase());
    const found = start >= 0 && isNegated(item.sentence, { start, end: start + item.concept.length });
    const truth = item.negation === 'Negated';
    hits += Number(found && truth);
    alarms += Number(found && !truth);
    misses += Number(!found && truth);
    return {
      measure: 'F2',
      id: item.line,
      ok: found === truth,
      detail: `${item.negation}: ${item.concept} | ${item.sentence}`,
    };
  });
  const value = (2 * hits) / Math.max(1, 2 * hits + alarms + misses);
  const measure = {
    id: 'F2',
    name: 'negation F1',
    value,
    unit: '',
    floor: 0.96,
    goal: 0.975,
    better: 'high',
    n: items.length,
  } as const;
  return { measures: [measure], items: results };
}
