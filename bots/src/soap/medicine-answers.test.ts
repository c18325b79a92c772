/** A medicine asked for and confirmed is one sentence with both turns behind it. */
import { describe, expect, it } from 'vitest';
import { turns } from '../kit/text/index.ts';
import { medicineAnswers } from './medicine-answers.ts';
import { utterancesOf } from './utterance.ts';

const written = (transcript: string): string[] =>
  medicineAnswers(utterancesOf(turns(transcript)), 99).map((each) => each.text);

describe('medicineAnswers', () => {
  it.each([
    [
      '[doctor] are you still taking the sertraline ?\n[patient] yes , fifty milligrams every morning .',
      'The patient takes sertraline 50 mg every morning.',
    ],
    ['[doctor] are you on any lisinopril ?\n[patient] yeah i am .', 'The patient takes lisinopril.'],
    [
      '[doctor] do you take ibuprofen for it ?\n[patient] no , i do not like pills .',
      'The patient does not take ibuprofen.',
    ],
  ])('%s', (transcript, sentence) => {
    expect(written(transcript)).toEqual([sentence]);
  });

  it.each([
    '[doctor] are you still taking the sertraline ?\n[patient] what do you mean ?',
    '[doctor] i want you to take sertraline .\n[patient] yes .',
    '[doctor] how do you feel ?\n[patient] yes , good .',
  ])('writes nothing for: %s', (transcript) => {
    expect(written(transcript)).toEqual([]);
  });
});
