/** Terms found in texts. */
import { describe, expect, it } from 'vitest';
import { tokenize } from '../text/index.ts';
import { findTerms, termIndex } from './term-index.ts';

const index = termIndex([
  ['diabetes', 'diabetes'],
  ['type 2 diabetes', 'type 2'],
  ['headache', 'headache'],
] as const);

describe('findTerms', () => {
  it('takes the longest term and minds no endings', () => {
    const text = 'Type 2 diabetes with headaches.';
    expect(findTerms(index, tokenize(text)).map((each) => [each.concept, text.slice(each.start, each.end)])).toEqual([
      ['type 2', 'Type 2 diabetes'],
      ['headache', 'headaches'],
    ]);
  });

  it('finds nothing in nothing', () => {
    expect(findTerms(index, [])).toEqual([]);
  });
});
