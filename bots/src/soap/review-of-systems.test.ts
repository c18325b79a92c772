/** Questions and answers about symptoms. */
import { describe, expect, it } from 'vitest';
import { turns } from '../kit/text/index.ts';
import { review } from './review-of-systems.ts';
import { pronounsOf } from './third-person.ts';
import { utterancesOf } from './utterance.ts';

const lines = (transcript: string): string[] =>
  review(utterancesOf(turns(transcript)), 99, pronounsOf(transcript)).map((each) => each.text);

describe('review', () => {
  it('files what was answered with yes and with no', () => {
    expect(lines('[doctor] any fever ?\n[patient] no .\n[doctor] any cough ?\n[patient] yes , a bit .')).toEqual([
      'Reports cough.',
      'Denies fever.',
    ]);
  });

  it('files nothing that was left open', () => {
    expect(lines('[doctor] any fever ?\n[patient] let me think .')).toEqual([]);
  });
});
