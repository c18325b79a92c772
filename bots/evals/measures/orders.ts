import { z } from 'zod';
import { type SpokenOrder, spokenOrders } from '../../src/soap/orders.ts';
import { type DataFolder, readVisits } from '../data.ts';
import { type Evaluation, type ItemResult, percent } from '../measure.ts';
import { rouge } from '../rouge.ts';

const visitSchema = z.object({
  id: z.string(),
  expected_orders: z.array(
    z.object({ order_type: z.string(), description: z.string(), provenance: z.array(z.number()).nullish() }),
  ),
});

type Expected = z.infer<typeof visitSchema>['expected_orders'][number];

/** Wordings this alike, in points of ROUGE-1, name the same order. */
const ALIKE = 33;

/** B4: F1 of the orders found, and F1 of the sentences that carry the orders found. */
export function measureOrders(data: DataFolder): Evaluation | undefined {
  const visits = data.jsonl('mediqa-oe/orders.jsonl', visitSchema)?.filter((visit) => visit.id.startsWith('acibench'));
  const dialogues = new Map(readVisits(data, ['train', 'valid'])?.map((visit) => [visit.id, visit.dialogue]));
  if (!visits || dialogues.size === 0) {
    return undefined;
  }
  let [hits, expected, predicted] = [0, 0, 0];
  let [turnHits, turnsExpected, turnsPredicted] = [0, 0, 0];
  const items = visits.map((visit): ItemResult => {
    const orders = spokenOrders(dialogues.get(visit.id.split('_')[1] ?? '') ?? '');
    const pairs = matched(visit.expected_orders, orders);
    hits += pairs.length;
    expected += visit.expected_orders.length;
    predicted += orders.length;
    if (visit.id.includes('_aci_')) {
      turnsExpected += visit.expected_orders.flatMap((each) => each.provenance ?? []).length;
      turnsPredicted += orders.flatMap((each) => each.sentences).length;
      turnHits += pairs.flatMap(([want, got]) =>
        got.sentences.filter((number) => want.provenance?.includes(number)),
      ).length;
    }
    const shown = orders.map((each) => `${each.type}: ${each.description} ${each.sentences}`).join('; ');
    return {
      measure: 'B4',
      id: visit.id,
      ok: pairs.length === visit.expected_orders.length,
      detail: `${visit.expected_orders.map((each) => `${each.order_type}: ${each.description}`).join('; ')}\n  <- ${shown}`,
    };
  });
  const high = { unit: '%', better: 'high' } as const;
  return {
    measures: [
      {
        id: 'B4',
        name: 'orders found, F1',
        value: percent(2 * hits, expected + predicted),
        ...high,
        floor: 35,
        goal: 50,
        n: expected,
      },
      {
        id: 'B4',
        name: 'their supporting turns, F1',
        value: percent(2 * turnHits, turnsExpected + turnsPredicted),
        ...high,
        floor: 30,
        goal: 45,
        n: turnsExpected,
      },
    ],
    items,
  };
}

/** Pairs each expected order with the likest found one of its type, each used once. */
function matched(expected: readonly Expected[], found: readonly SpokenOrder[]): (readonly [Expected, SpokenOrder])[] {
  const left = new Set(found);
  return expected.flatMap((want) => {
    const best = [...left]
      .filter((got) => got.type === want.order_type)
      .map((got) => ({ got, score: rouge(got.description, want.description).one }))
      .sort((a, b) => b.score - a.score)[0];
    if (!best || best.score < ALIKE) {
      return [];
    }
    left.delete(best.got);
    return [[want, best.got] as const];
  });
}
