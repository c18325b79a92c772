import type { ModelEngine, Prompt } from '../../src/kit/index.ts';
import { validateNote } from '../../src/kit/validate/validate-note.ts';
import { renderNote } from '../../src/soap/engine.ts';
import { modelDraft } from '../../src/soap/model-draft.ts';
import { visitOf } from '../../src/soap/visit.ts';
import { type DataFolder, readVisits } from '../data.ts';
import { type Evaluation, percent } from '../measure.ts';
import { rouge } from '../rouge.ts';

/** B1 and B2 of drafts that a model makes with a prompt; a visit from which it drafts nothing counts as an empty draft. */
export async function measureModelDrafts(
  data: DataFolder,
  engine: ModelEngine,
  prompt: Prompt,
): Promise<Evaluation | undefined> {
  const visits = readVisits(data, ['valid']);
  if (!visits) {
    return undefined;
  }
  let [one, sentences, unsupported] = [0, 0, 0];
  for (const { dialogue, note } of visits) {
    const visit = visitOf(dialogue);
    const outcome = visit.kind === 'draft' ? await modelDraft(engine, visit.value, [], { prompt }) : visit;
    const drafted = outcome.kind === 'draft' ? outcome.value.sentences : [];
    const text = renderNote({ sentences: drafted });
    one += rouge(text, note).one / visits.length;
    sentences += drafted.length;
    unsupported += validateNote(text, { transcript: dialogue }).filter((each) =>
      ['drug', 'dose', 'diagnosis', 'number'].includes(each.kind),
    ).length;
  }
  const n = visits.length;
  return {
    measures: [
      {
        id: 'B1',
        name: 'ROUGE-1 of drafts by the model',
        value: one,
        unit: 'points',
        better: 'high',
        n,
        floor: 38,
        goal: 44,
      },
      {
        id: 'B2',
        name: 'drug, dose, diagnosis or number that nobody said',
        value: percent(unsupported, sentences),
        unit: '%',
        better: 'low',
        n,
        floor: 0.5,
        goal: 0,
      },
    ],
    items: [],
  };
}
