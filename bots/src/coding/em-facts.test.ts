/** What a signed note documents of the work that decides a level; what it does not say does not count. */
import { describe, expect, it } from 'vitest';
import { emFacts } from './em-facts.ts';
import { emDecision } from './em-level.ts';
import { noteProblems } from './note-problems.ts';

const decided = (note: string, isNewPatient = false) =>
  emDecision(emFacts(note, noteProblems(note).problems, isNewPatient));

const stable = `SUBJECTIVE
The patient reports feeling well.
ASSESSMENT
Hypertension
PLAN
Continue lisinopril 10 mg daily.
`;

describe('noteProblems', () => {
  const problemsOf = (assessment: string): string[] =>
    noteProblems(`ASSESSMENT\n${assessment}\n`).problems.map((each) => each.text);

  it.each([
    ['Left knee pain', ['Left knee pain']],
    ['1. Major depressive disorder, recurrent.', ['Major depressive disorder, recurrent']],
    ['No depression.', []],
    ['Left knee pain, most likely a meniscus tear', ['Left knee pain']],
    [
      'The patient has been doing well with her hypertension and her left knee pain over the last months.',
      ['hypertension', 'left knee pain'],
    ],
    ['Her mother had diabetes.', []],
  ])('%s', (assessment, expected) => {
    expect(problemsOf(assessment)).toEqual(expected);
  });

  it('keeps the uncertain apart, and each problem at its place', () => {
    const note = 'ASSESSMENT\nLeft knee pain, probable gout\n';
    const { problems, uncertain } = noteProblems(note);
    expect(uncertain.map((each) => each.text)).toEqual([', probable gout']);
    for (const each of [...problems, ...uncertain]) {
      expect(note.slice(each.start, each.end)).toBe(each.text);
    }
  });

  it('says when there is no assessment', () => {
    expect(noteProblems('SUBJECTIVE\nHeadache.\n').hasAssessment).toBe(false);
  });
});

describe('emFacts', () => {
  it.each([
    ['one stable chronic illness on a prescription', stable, 3],
    ['a second one', stable.replace('Hypertension', 'Hypertension\nDepression'), 4],
    ['one that is worse', stable.replace('Hypertension', 'Hypertension, uncontrolled'), 4],
    [
      'a threat to life with an admission',
      'ASSESSMENT\nDepression with suicidal ideation with a plan\nPLAN\nAdmit to the inpatient unit.\n',
      5,
    ],
    ['a minor problem with nothing done', 'ASSESSMENT\nCommon cold\nPLAN\nReassurance.\n', 2],
    ['the stated time', `${stable}Total time on the day was 42 minutes.\n`, 5],
  ])('%s', (_what, note, level) => {
    expect(decided(note).level).toBe(level);
  });

  it('counts each test once, and denies what the note denies', () => {
    const note = 'ASSESSMENT\nDepression, no suicidal plan\nPLAN\nCheck TSH and CBC. The TSH was normal.\n';
    const facts = emFacts(note, noteProblems(note).problems, false);
    expect(facts.data).toEqual(['tsh', 'cbc']);
    expect(facts.problems[0]?.kind).toBe('stable-chronic');
  });

  it('takes no minutes from a dose, a habit or nowhere', () => {
    const note = `${stable}She walks 30 minutes every day.\n`;
    expect(emFacts(note, [], false).minutes).toBeUndefined();
  });
});
