/** Speech made readable. */
import { describe, expect, it } from 'vitest';
import { cleanSpeech } from './clean-speech.ts';

describe('cleanSpeech', () => {
  it.each([
    ['pressure is one oh two over sixty , pulse one oh four .', 'pressure is 102/60, pulse 104.'],
    ['um three four months [coughs]', '3 to 4 months'],
    ['but not now', 'but not now'],
    ["um , i do n't , you know , take it", 'i do not, take it'],
    ["i 'm gon na order it", "i 'm going to order it"],
    ['blood pressure is one thirty over eighty', 'blood pressure is 130/80'],
    ['forty five percent', '45%'],
    ['twenty milligrams daily', '20 mg daily'],
    ['the the knee', 'the knee'],
    ['one of them', 'one of them'],
    ['in my right foot', 'in my right foot'],
    ['i am doing well', 'i am doing well'],
    ['right , so i think it is gout', 'so i think it is gout'],
    ['so <UNIN/> in my <UNSURE>lower</UNSURE> back', 'so in my lower back'],
    ["it's been worse", 'it has been worse'],
    ["I can't say", 'i cannot say'],
    ['i have , um , a cough', 'i have a cough'],
    ['no , um , blood', 'no, blood'],
    ['a bit of a dry cough', 'a dry cough'],
    ['three or four days', '3 or 4 days'],
  ])('%s', (said, written) => {
    expect(cleanSpeech(said)).toBe(written);
  });
});
