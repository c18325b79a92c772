/** Lines of a pasted transcript: labels, times, places. */
import { describe, expect, it } from 'vitest';
import { areTurns, spokenLines } from './speaker-labels.ts';

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

describe('areTurns', () => {
  it('takes short lines as turns, and lines of one width as one text', () => {
    const lines = 'so how is the back doing\nmuch better than last month i would say\ngood';
    expect(areTurns(lines, spokenLines(lines))).toBe(true);
    const part = 'so how is the back doing it is much better than last month';
    const broken = [part, part, part, 'i would say maybe a four'].join('\n');
    ('so how is the back doing it is\nmuch better than last month i\nwould say maybe a four and the\nleg is fine');
    expect(areTurns(broken, spokenLines(broken))).toBe(false);
  });
});
