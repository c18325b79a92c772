import { z } from 'zod';
import type { Finding } from '../../src/kit/validate/finding.ts';
import { readNote } from '../../src/kit/validate/note.ts';
import { validateNote } from '../../src/kit/validate/validate-note.ts';
import { type DataFolder, readVisits } from '../data.ts';
import { type Evaluation, type ItemResult, type Measure, percent, percentile, timed } from '../measure.ts';

const itemSchema = z.object({
  encounter_id: z.string(),
  kind: z.string(),
  note: z.string(),
  start: z.number().nullish(),
  end: z.number().nullish(),
  injected: z.string().nullish(),
  item: z.number(),
});

type Item = z.infer<typeof itemSchema>;

interface Judged {
  readonly item: Item;
  readonly findings: readonly Finding[];
  readonly found: boolean;
  readonly ms: number;
}

const groups = {
  A1: ['medication_added', 'medication_swapped'],
  A2: ['diagnosis_added', 'diagnosis_in_plan', 'allergy_added', 'procedure_added'],
  A3: ['dose_changed'],
  A4: ['number_changed'],
  A5: ['laterality_flip'],
  A6: ['negation_flip', 'assertion_flip'],
} as const;

/** A1–A10: planted errors found, clean notes left alone, time per note. */
export function measureValidator(data: DataFolder): Evaluation | undefined {
  const items = data.jsonl('hallucination-injected/dev.jsonl', itemSchema);
  const visits = readVisits(data, ['train', 'valid']);
  if (!items || !visits) {
    return undefined;
  }
  const dialogues = new Map(visits.map((visit) => [visit.id, visit.dialogue]));
  const judged = items.map((item) => judge(item, dialogues.get(item.encounter_id) ?? ''));
  return { measures: measuresOf(judged), items: judged.map(resultOf) };
}

function judge(item: Item, transcript: string): Judged {
  const { result: findings, ms } = timed(() => validateNote(item.note, { transcript }));
  return { item, findings, ms, found: findings.some((each) => overlaps(each, item)) };
}

function overlaps(finding: Finding, item: Item): boolean {
  return item.start != null && item.end != null && finding.start < item.end && item.start < finding.end;
}

function measuresOf(judged: readonly Judged[]): Measure[] {
  const clean = judged.filter(({ item }) => item.kind === 'clean');
  const share = (id: keyof typeof groups): { readonly value: number; readonly n: number } => {
    const kinds: readonly string[] = groups[id];
    const group = judged.filter(({ item }) => kinds.includes(item.kind));
    return { value: percent(group.filter(({ found }) => found).length, group.length), n: group.length };
  };
  const high = { unit: '%', better: 'high' } as const;
  const low = { unit: '%', better: 'low' } as const;
  const sentences = clean.map(({ item, findings }) => flaggedSentences(item, findings));
  const flagged = sentences.reduce((sum, each) => sum + each.flagged, 0);
  const all = sentences.reduce((sum, each) => sum + each.all, 0);
  const blocked = clean.filter(({ findings }) => findings.some((each) => each.severity === 'block')).length;
  return [
    { id: 'A1', name: 'planted medication found', ...share('A1'), ...high, floor: 97, goal: 100 },
    { id: 'A2', name: 'planted diagnosis, allergy, procedure found', ...share('A2'), ...high, floor: 85, goal: 95 },
    { id: 'A3', name: 'dose changed found', ...share('A3'), ...high, floor: 90, goal: 97 },
    { id: 'A4', name: 'other number changed found', ...share('A4'), ...high, floor: 80, goal: 92 },
    { id: 'A5', name: 'side flipped found', ...share('A5'), ...high, floor: 85, goal: 95 },
    { id: 'A6', name: 'negation or assertion flipped found', ...share('A6'), ...high, floor: 55, goal: 75 },
    {
      id: 'A7',
      name: 'clean notes with a BLOCK finding',
      value: percent(blocked, clean.length),
      n: clean.length,
      ...low,
      floor: 20,
      goal: 8,
    },
    { id: 'A8', name: 'clean sentences flagged', value: percent(flagged, all), n: all, ...low, floor: 12, goal: 5 },
    {
      id: 'A9',
      name: 'F1 over items, overlapping span',
      value: f1(judged),
      n: judged.length,
      unit: '',
      better: 'high',
      floor: 0.8,
      goal: 0.9,
    },
    {
      id: 'A10',
      name: 'processor time per note, p95',
      value: percentile(
        judged.map(({ ms }) => ms),
        0.95,
      ),
      n: judged.length,
      unit: 'ms',
      better: 'low',
      floor: 200,
      goal: 50,
    },
  ];
}

function flaggedSentences(
  item: Item,
  findings: readonly Finding[],
): { readonly flagged: number; readonly all: number } {
  const all = readNote(item.note);
  const flagged = all.filter((sentence) =>
    findings.some((each) => each.start < sentence.end && sentence.start < each.end),
  );
  return { flagged: flagged.length, all: all.length };
}

/** A planted item found at its span is a hit; a clean note blocked is a false alarm. */
function f1(judged: readonly Judged[]): number {
  const planted = judged.filter(({ item }) => item.kind !== 'clean');
  const hits = planted.filter(({ found }) => found).length;
  const alarms = judged.filter(
    ({ item, findings }) => item.kind === 'clean' && findings.some((each) => each.severity === 'block'),
  );
  return (2 * hits) / (2 * hits + alarms.length + (planted.length - hits));
}

function resultOf({ item, findings, found }: Judged): ItemResult {
  const measure =
    Object.entries(groups).find(([, kinds]) => (kinds as readonly string[]).includes(item.kind))?.[0] ?? 'A7';
  const blocks = findings.filter((each) => each.severity === 'block');
  const ok = item.kind === 'clean' ? blocks.length === 0 : found;
  const shown = findings
    .map((each) => `${each.severity} ${each.kind} [${each.start}-${each.end}] ${each.text}`)
    .join('; ');
  return { measure, id: `${item.encounter_id}/${item.kind}/${item.item}`, ok, detail: shown };
}
