/** Stated, denied, or asked and answered. */
import { describe, expect, it } from 'vitest';
import { readSource } from './source.ts';
import { polarityAt } from './spoken-polarity.ts';

const polarity = (transcript: string, word: string) => {
  const source = readSource(transcript);
  return polarityAt(
    source,
    source.tokens.findIndex((token) => token.text === word),
  );
};

describe('polarityAt', () => {
  it.each([
    ['[doctor] any fever ?\n[patient] no', 'fever', 'no'],
    ['[doctor] have you had any fever\n[patient] yeah a little', 'fever', 'yes'],
    ['[patient] i never had any nausea', 'nausea', 'no'],
    ['[patient] i have nausea but no fever', 'nausea', 'yes'],
    ['[patient] i have nausea but no fever', 'fever', 'no'],
    ['[doctor] any fever ?\n[patient] let me think', 'fever', 'open'],
    ['[doctor] any nausea or vomiting or anything like that no\n[patient] uh-huh', 'nausea', 'no'],
    ['[doctor] what about chest pain\n[patient] no chest pain', 'chest', 'no'],
    ['[doctor] call us if the pain gets worse or you develop a fever', 'fever', undefined],
    ["[patient] i do n't know if it has to do with my cough", 'cough', 'yes'],
    ['[doctor] how about your epilepsy , any seizures ?\n[patient] no', 'epilepsy', 'yes'],
  ])('%s: %s', (transcript, word, expected) => {
    expect(polarity(transcript, word)).toBe(expected);
  });
});
