/** Numbers as people say and write them. */
import { describe, expect, it } from 'vitest';
import { allNumbers, writtenNumbers } from './numbers.ts';

const whole = (text: string): number[] =>
  allNumbers(text)
    .filter((each) => each.whole)
    .map((each) => each.value);

describe('writtenNumbers', () => {
  it('reads thousands, decimals and both halves of a pressure', () => {
    expect(writtenNumbers('1,000 units, 2.5 mg, 120/80').map((each) => each.value)).toEqual([1000, 2.5, 120, 80]);
  });
});

describe('allNumbers', () => {
  it.each([
    ['one thirty over eighty', [130, 80]],
    ['ninety eight point four', [98.4]],
    ['twelve . five milligrams', [12.5]],
    ['two hundred and fifty', [250]],
    ['five hundred five hundred milligrams', [500, 500]],
    ['twenty nineteen', [2019]],
    ['four hundred, three times a day', [400, 3, 1]],
    ['twice a day for a week', [2, 1, 1]],
    ['two and a half years', [2.5, 0.5]],
  ])('%s', (text, values) => {
    expect(whole(text)).toEqual(values);
  });

  it('gives the readings inside a longer number too, marked as such', () => {
    const inside = allNumbers('one twenty')
      .filter((each) => !each.whole)
      .map((each) => each.value);
    expect(inside).toEqual(expect.arrayContaining([1, 20]));
  });
});
