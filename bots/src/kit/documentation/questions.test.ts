/** Questions before signing ask for what is missing, and suggest no answer (ai.md §5). */
import { describe, expect, it } from 'vitest';
import { documentationQuestions } from './questions.ts';

const asked = (assessment: string): string[] =>
  documentationQuestions(`ASSESSMENT\n${assessment}\nPLAN\nReturn in two weeks.\n`).map((each) => each.code);

describe('documentationQuestions', () => {
  it.each([
    ['Knee pain', ['side']],
    ['Left knee pain', []],
    ['Depression', ['depression-episode']],
    ['Major depressive disorder, recurrent, moderate', []],
    ['Bipolar disorder', ['bipolar-episode']],
    ['Diabetes', ['diabetes-type']],
    ['Type 2 diabetes', []],
    ['Asthma\nChronic kidney disease', ['asthma-severity', 'kidney-stage']],
    ['Hypertension', []],
  ])('%s', (assessment, codes) => {
    expect(asked(assessment)).toEqual(codes);
  });

  it('asks for an assessment and a plan that are missing as a whole', () => {
    expect(documentationQuestions('SUBJECTIVE\nHeadache.\n').map((each) => each.code)).toEqual([
      'assessment-missing',
      'plan-missing',
    ]);
  });

  it('points at the words that leave it open', () => {
    const note = 'ASSESSMENT\nThe knee pain is better.\nPLAN\nIce.\n';
    const [question] = documentationQuestions(note);
    expect(note.slice(question?.span?.start, question?.span?.end)).toBe('knee pain');
    expect(question?.question).not.toMatch(/right|left/i);
  });
});
