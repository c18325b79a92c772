import { validateNote } from '../../src/kit/validate/validate-note.ts';
import { draftNote, renderNote } from '../../src/soap/engine.ts';
import { type DataFolder, readVisits } from '../data.ts';
import { type Evaluation, type ItemResult, percent, percentile, timed } from '../measure.ts';
import { rouge } from '../rouge.ts';

/** B1, B2, B6: drafts of visits against the clinicians' notes, what they say that nobody said, and their time. */
export function measureDrafts(data: DataFolder): Evaluation | undefined {
  const visits = readVisits(data, ['valid']);
  if (!visits) {
    return undefined;
  }
  for (const visit of visits.slice(0, 3)) {
    draftNote(visit.dialogue);
  }
  const drafts = visits.map((visit) => {
    const { result: note, ms } = timed(() => draftNote(visit.dialogue));
    const text = renderNote(note);
    const findings = validateNote(text, { transcript: visit.dialogue }).filter((each) =>
      ['drug', 'dose', 'diagnosis', 'number'].includes(each.kind),
    );
    return { visit, text, ms, findings, sentences: note.sentences.length, rouge: rouge(text, visit.note) };
  });
  const mean = (key: 'one' | 'two' | 'lsum'): number =>
    drafts.reduce((sum, each) => sum + each.rouge[key], 0) / drafts.length;
  const sentences = drafts.reduce((sum, each) => sum + each.sentences, 0);
  const unsupported = percent(
    drafts.reduce((sum, each) => sum + each.findings.length, 0),
    sentences,
  );
  const points = { unit: 'points', better: 'high', n: drafts.length } as const;
  const low = { better: 'low', n: drafts.length } as const;
  return {
    measures: [
      {
        id: 'B1',
        name: `ROUGE-1 of drafts (B2 ${unsupported.toFixed(1)} %)`,
        value: mean('one'),
        ...points,
        floor: 38,
        goal: 44,
      },
      { id: 'B1', name: 'ROUGE-2', value: mean('two'), ...points, floor: 14, goal: 18 },
      { id: 'B1', name: 'ROUGE-Lsum', value: mean('lsum'), ...points, floor: 35, goal: 40 },
      {
        id: 'B2',
        name: 'drug, dose, diagnosis or number that nobody said',
        value: unsupported,
        unit: '%',
        ...low,
        floor: 0.5,
        goal: 0,
      },
      {
        id: 'B6',
        name: 'processor time of a draft of a visit, p95',
        value: percentile(
          drafts.map(({ ms }) => ms),
          0.95,
        ),
        unit: 'ms',
        ...low,
        floor: 500,
        goal: 150,
      },
    ],
    items: drafts.map(
      ({ visit, text, rouge: scores }): ItemResult => ({
        measure: 'B1',
        id: visit.id,
        ok: scores.one >= 38,
        detail: `${scores.one.toFixed(1)}/${scores.two.toFixed(1)}/${scores.lsum.toFixed(1)}\n${text}`,
      }),
    ),
  };
}
