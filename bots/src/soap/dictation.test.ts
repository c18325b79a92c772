/** What one person says of a patient is filed as it stands. */
import { describe, expect, it } from 'vitest';
import { turns } from '../kit/text/index.ts';
import { dictatedSentences, isDictated } from './dictation.ts';

const filed = (text: string): string[] => dictatedSentences(turns(text)).map((each) => `${each.section}: ${each.text}`);

const free =
  'This is a 62-year-old female who presents for follow-up. She denies chest pain. On exam blood pressure is 146/86. A1c was 8.2. Impression: type 2 diabetes, not at goal. Start empagliflozin 10 mg daily.';

describe('dictation', () => {
  it('is told from a conversation', () => {
    expect(isDictated(turns(free))).toBe(true);
    expect(
      isDictated(turns('Any fever? No. I think you have a cold. She denies it. Patient is well. Plan is rest.')),
    ).toBe(false);
    expect(isDictated(turns('[doctor] she denies pain\n[patient] the patient is here\n[doctor] plan: rest'))).toBe(
      false,
    );
  });

  it('is filed by what it says', () => {
    expect(filed(free)).toEqual([
      'history: This is a 62-year-old female who presents for follow-up.',
      'history: She denies chest pain.',
      'exam: On exam blood pressure is 146/86.',
      'results: A1c was 8.2.',
      'assessment: Type 2 diabetes, not at goal.',
      'plan: Start empagliflozin 10 mg daily.',
    ]);
  });

  it('is filed under the headings that are said, and its marks are written', () => {
    expect(filed('Subjective colon he reports pain comma no fever period Plan colon rest comma ice period')).toEqual([
      'history: He reports pain, no fever.',
      'plan: Rest, ice.',
    ]);
  });

  it('keeps the places of its words', () => {
    for (const { support } of dictatedSentences(turns(free))) {
      expect(support.map(({ start, end }) => free.slice(start, end))).toEqual(support.map(({ quote }) => quote));
    }
  });
});
