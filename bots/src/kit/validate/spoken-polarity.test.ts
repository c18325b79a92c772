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
    ['[doctor] any fever ?\n[patient] no', 'fever', ['no']],
    ['[doctor] have you had any fever\n[patient] yeah a little', 'fever', ['yes']],
    ['[patient] i never had any nausea', 'nausea', ['no']],
    ['[patient] i have nausea but no fever', 'nausea', ['yes']],
    ['[patient] i have nausea but no fever', 'fever', ['no']],
    ['[doctor] any fever ?\n[patient] let me think', 'fever', ['yes', 'no']],
  ])('%s: %s', (transcript, word, expected) => {
    expect(polarity(transcript, word)).toEqual(expected);
  });
});
