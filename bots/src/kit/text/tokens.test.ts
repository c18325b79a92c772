/** Reading plain text: offsets must point into the text as it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentences, tokenize } from './tokens.ts';

describe('tokenize', () => {
  it('gives words and numbers in lower case with their places', () => {
    expect(tokenize('Don’t take 1,000 mg.').map((token) => token.text)).toEqual(["don't", 'take', '1,000', 'mg']);
  });

  it('points into any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const token of tokenize(text)) {
          expect(text.slice(token.start, token.end).toLowerCase().replaceAll('’', "'")).toBe(token.text);
        }
      }),
    );
  });
});

describe('sentences', () => {
  it('keeps titles and decimals together, and cuts at lines', () => {
    expect(sentences('Seen by Dr. Ward. Takes 2.5 mg.\n\nPLAN\n- Rest').map((each) => each.text)).toEqual([
      'Seen by Dr. Ward.',
      'Takes 2.5 mg.',
      'PLAN',
      '- Rest',
    ]);
  });
});
