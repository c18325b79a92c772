/** Speech made readable. */
import { describe, expect, it } from 'vitest';
import { cleanSpeech } from './clean-speech.ts';

describe('cleanSpeech', () => {
  it.each([
    ["um , i do n't , you know , take it", 'i do not, take it'],
    ["i 'm gon na order it", "i 'm going to order it"],
    ['blood pressure is one thirty over eighty', 'blood pressure is 130/80'],
    ['forty five percent', '45%'],
    ['twenty milligrams daily', '20 mg daily'],
    ['the the knee', 'the knee'],
    ['one of them', 'one of them'],
  ])('%s', (said, written) => {
    expect(cleanSpeech(said)).toBe(written);
  });
});
