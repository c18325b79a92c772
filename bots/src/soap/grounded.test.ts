/** A real quote proves nothing for a sentence about something else (ai.md §4). */
import { describe, expect, it } from 'vitest';
import { turns } from '../kit/text/index.ts';
import { isGrounded } from './grounded.ts';

const said = turns(`[doctor] what brings you in today ?
[patient] i have been feeling depressed and i can not sleep .
[doctor] let's increase the sertraline to one hundred milligrams daily .
[patient] sounds good .
[doctor] and how is your left hip ?
[patient] it is fine .`);

const judged = (text: string, turn: number): boolean =>
  isGrounded({ section: 'history', text, support: [{ turn, start: 0, end: 1, quote: 'x' }] }, said);

describe('isGrounded', () => {
  it.each([
    ['The patient has been feeling depressed and cannot sleep.', 2],
    ['The patient reports insomnia.', 2],
    ['Increase sertraline to 100 mg daily.', 3],
    ['The left hip is fine.', 6],
  ])('%s', (text, turn) => {
    expect(judged(text, turn)).toBe(true);
  });

  it.each([
    ['Broken left hip.', 2],
    ['Plan: dialysis.', 2],
    ['The patient works as an accountant in Boston.', 2],
    ['Refer to the stroke unit for thrombolysis.', 3],
  ])('not: %s', (text, turn) => {
    expect(judged(text, turn)).toBe(false);
  });
});
