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

  it.each([
    ['what is asked about the pain', '[doctor] does the pain move anywhere ?\n[patient] no .'],
    ['what relatives have', '[doctor] does anyone in your family have diabetes ?\n[patient] yes , my grandma .'],
    ['habits', '[doctor] do you smoke or drink alcohol ?\n[patient] no .'],
    ['what he told to have', '[patient] i have vomiting .\n[doctor] any vomiting with blood ?\n[patient] no .'],
  ])('neither reports nor denies %s', (_what, transcript) => {
    expect(lines(transcript).join()).not.toMatch(/pain|diabetes|smok|drink|alcohol|Denies[^.]*vomiting/);
  });

  it('files nothing that was left open', () => {
    expect(lines('[doctor] any fever ?\n[patient] let me think .')).toEqual([]);
  });
});
