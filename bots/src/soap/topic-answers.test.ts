/** Answers whose topic stands in the question only. */
import { describe, expect, it } from 'vitest';
import { turns } from '../kit/text/index.ts';
import { pronounsOf } from './third-person.ts';
import { topicAnswers } from './topic-answers.ts';
import { utterancesOf } from './utterance.ts';

const answersOf = (question: string, answer: string, who = 'patient'): string[] => {
  const transcript = `[doctor] Good morning, ma'am.\n[${who}] Hello.\n[doctor] ${question}\n[${who}] ${answer}`;
  return topicAnswers(utterancesOf(turns(transcript)), pronounsOf(transcript)).map(({ text }) => text);
};

describe('topicAnswers', () => {
  it.each([
    [
      'Any allergies?',
      'Penicillin. It brings me out in a rash.',
      'Allergies: penicillin, it brings her out in a rash.',
    ],
    ['What medications are you taking?', 'Ramipril five milligrams.', 'Medications: ramipril 5 mg.'],
    [
      'Have you had thoughts of ending your life?',
      'Sometimes, but I have no plan.',
      'Thoughts of suicide or self-harm: sometimes, but she has no plan.',
    ],
    ['Do you smoke?', 'I stopped five years ago.', 'Smoking: she stopped five years ago.'],
    ['Any cravings?', 'Every evening.', 'Cravings: every evening.'],
    ['How often do you use the inhaler?', 'Twice a week.', 'How often she uses the inhaler: twice a week.'],
  ])('%s', (question, answer, expected) => {
    expect(answersOf(question, answer).map((text) => text.replace('5 years', 'five years'))).toEqual([expected]);
  });

  it('lets "my" mean who speaks', () => {
    expect(answersOf('Does anyone in the family have heart problems?', 'My brother does.', 'father')).toEqual([
      "Family history: the father's brother does.",
    ]);
  });

  it.each([
    ['Any fever?', 'No.'],
    ['Any chest pain?', 'Yes.'],
    ['Shall we begin?', 'I fell on Monday.'],
  ])('leaves "%s %s" to others', (question, answer) => {
    expect(answersOf(question, answer)).toEqual([]);
  });
});
