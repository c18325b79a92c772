/** Lines of a pasted transcript: labels, times, places. */
import { describe, expect, it } from 'vitest';
import { spokenLines } from './speaker-labels.ts';

describe('spokenLines', () => {
  it('gives the label, the time in seconds and the place of the words', () => {
    const text = '[01:02:03] Dr. Ward: Any fever?\r\n(1:10) Patient: No.';
    const lines = spokenLines(text).map(({ start, end, ...line }) => ({ ...line, words: text.slice(start, end) }));
    expect(lines).toEqual([
      { speaker: 'Dr. Ward', at: 3723, words: 'Any fever?' },
      { speaker: 'Patient', at: 70, words: 'No.' },
    ]);
  });
});
