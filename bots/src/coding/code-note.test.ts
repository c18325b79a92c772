/** A whole signed note: codes, level, services and questions, or the reason why there are none (ai.md §5). */
import { describe, expect, it } from 'vitest';
import { codeNote } from './code-note.ts';
import { curatedTables } from './curated-table.ts';

const text = `SUBJECTIVE
The patient reports low mood and trouble sleeping.
ASSESSMENT
Major depressive disorder, recurrent, moderate.
Generalized anxiety disorder.
PLAN
Increase sertraline to 100 mg daily.
She was screened for depression today.
Follow up in four weeks.
`;
const note = { text, day: '2026-01-15', isNewPatient: false };

describe('codeNote', () => {
  it('suggests codes, level and services together', () => {
    const outcome = codeNote(note, curatedTables);
    expect(outcome.kind).toBe('draft');
    const coded = outcome.kind === 'draft' ? outcome.value : undefined;
    expect(coded?.suggestions.map((each) => each.entry.code)).toEqual(['F33.1', 'F41.1']);
    expect(coded?.visit).toMatchObject({ level: 4, isNewPatient: false });
    expect(coded?.services.map((each) => each.code)).toEqual(['G0444']);
    expect(coded?.table).toEqual({ version: 'FY2026 curated', isExpired: false });
  });

  it('uses the newest table after its end, and says so', () => {
    const outcome = codeNote({ ...note, day: '2026-11-24' }, curatedTables);
    expect(outcome).toMatchObject({ value: { table: { isExpired: true } } });
  });

  it.each([
    ['code-table-missing', { ...note, day: '2020-01-01' }],
    ['assessment-missing', { ...note, text: 'SUBJECTIVE\nShe feels well.\n' }],
    ['nothing-to-code', { ...note, text: 'ASSESSMENT\nProbable pneumonia\nPLAN\nRest.\n' }],
    ['assessment-missing', { ...note, text: '' }],
  ])('abstains with %s', (code, given) => {
    expect(codeNote(given, curatedTables)).toMatchObject({ kind: 'abstain', code });
  });

  it('takes a code that the server offers for the day', () => {
    const offered = [{ code: 'M76.61', description: 'Achilles tendinitis, right leg' }];
    const tendon = { ...note, text: 'ASSESSMENT\nAchilles tendinitis of the right leg\nPLAN\nIce.\n', offered };
    const outcome = codeNote(tendon, curatedTables);
    expect(outcome.kind === 'draft' && outcome.value.suggestions[0]?.entry.code).toBe('M76.61');
  });
});
