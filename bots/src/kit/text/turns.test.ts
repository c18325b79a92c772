/** Turns of a transcript, however it was written down. */
import { describe, expect, it } from 'vitest';
import { turns } from './turns.ts';

const read = (text: string): string[] => turns(text).map((turn) => `${turn.speaker}|${turn.text}`);

describe('turns', () => {
  it.each([
    ['brackets', '[doctor] hi\n[patient] hello\nthere', ['doctor|hi', 'patient|hello\nthere']],
    ['roles', 'Doctor: hi\nPatient: hello', ['doctor|hi', 'patient|hello']],
    [
      'names',
      'Ann Lee, MD: hi\nBo: hello\nAnn Lee, MD: well?\nBo: no',
      ['ann lee, md|hi', 'bo|hello', 'ann lee, md|well?', 'bo|no'],
    ],
    ['dashes', 'Bo - hi\nAnn - hello\nBo - so\nAnn - yes', ['bo|hi', 'ann|hello', 'bo|so', 'ann|yes']],
    ['times', '[00:01] Doctor: hi\n[00:04] Patient: at 12:30', ['doctor|hi', 'patient|at 12:30']],
    ['names above', 'Speaker 1  0:03\nhi\nSpeaker 2  0:09\nhello', ['speaker 1|hi', 'speaker 2|hello']],
    [
      'cues',
      'WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Doctor>hi\n\n2\n00:00:03.000 --> 00:00:04.000\n<v Ann>hello',
      ['doctor|hi', 'ann|hello'],
    ],
    ['nothing', 'Any fever?\nNo, but a cough since\nMonday.', ['|Any fever?', '|No, but a cough since\nMonday.']],
    ['headings', 'Plan: rest.\nPlan: fluids.', ['|Plan: rest.', '|Plan: fluids.']],
  ])('reads a transcript told apart by %s', (_how, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('gives places in the text as it is', () => {
    for (const turn of turns('00:01 Doctor: hi there\n\nPatient:  well ,\n')) {
      expect('00:01 Doctor: hi there\n\nPatient:  well ,\n'.slice(turn.start, turn.end)).toBe(turn.text);
    }
    expect(turns('just words')).toEqual([{ number: 1, speaker: '', text: 'just words', start: 0, end: 10 }]);
  });
});
