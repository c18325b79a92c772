/** Dangers that were said are flagged; denied ones, other people's and mere questions are not (ai.md §4). */
import { describe, expect, it } from 'vitest';
import { turns } from '../kit/text/index.ts';
import { criticalFindings } from './critical-findings.ts';
import { utterancesOf } from './utterance.ts';

const codesOf = (transcript: string): string[] =>
  criticalFindings(utterancesOf(turns(transcript))).map((each) => `${each.code} ${each.severity}`);

describe('criticalFindings', () => {
  it.each([
    ['[patient] lately i think about killing myself almost every night .', 'suicidal-thoughts high'],
    ['[doctor] any thoughts of hurting yourself ?\n[patient] yes , most days .', 'suicidal-thoughts high'],
    ['[patient] i tried to kill myself years ago when i was in college .', 'suicidal-thoughts moderate'],
    ['[patient] the voices are telling me to jump .', 'command-voices high'],
    ['[patient] my husband hits me when he drinks .', 'violence-at-home high'],
    ['[patient] i get chest pressure that goes into my left arm .', 'possible-heart-attack high'],
    [
      '[patient] i have been having chest pain when i walk .\n[doctor] does it go anywhere ?\n[patient] it goes to my left arm .',
      'possible-heart-attack high',
    ],
    ['[caller] my son swallowed some of my blood pressure pills .', 'possible-poisoning high'],
    ['[patient] my ex-husband threatens me on the phone .', 'violence-at-home high'],
    ['[patient] this morning my speech was all slurred .', 'possible-stroke high'],
    ['[patient] after the shrimp my throat was closing up .', 'possible-anaphylaxis high'],
    ['[doctor] your blood pressure today is one ninety over one ten .', 'blood-pressure-crisis high'],
    ['[doctor] oxygen saturation is eighty six percent on room air .', 'low-oxygen high'],
    ["[doctor] any thoughts of ending your life ?\n[patient] i do n't know . maybe .", 'suicidal-thoughts high'],
    [
      '[doctor] any thoughts of hurting yourself ?\n[patient] no . i mean , in the summer i did .',
      'suicidal-thoughts moderate',
    ],
    ['[patient] i took like forty tylenol last night .', 'possible-poisoning high'],
    ['[patient] he pushed me down the stairs on sunday .', 'violence-at-home high'],
    ['[patient] there is a pressure right in the middle of my chest and i am sweating .', 'possible-heart-attack high'],
    ['[doctor] the ekg shows st elevation in the inferior leads .', 'possible-heart-attack high'],
    ['[patient] my stool is a little black .', 'bleeding high'],
  ])('%s', (transcript, expected) => {
    expect(codesOf(transcript)).toEqual([expected]);
  });

  it.each([
    '[doctor] any thoughts of hurting yourself ?\n[patient] no , nothing like that .',
    '[patient] i would never kill myself , i have my kids .',
    '[patient] my brother was suicidal last year .',
    '[patient] i have chest pain .\n[patient] it does not go to my arm .',
    '[patient] i have no chest pain and no pain in the arm .',
    '[doctor] your blood pressure is one twenty eight over seventy six and your heart rate is 72 .',
    '[doctor] oxygen saturation is 98 percent .',
    '[patient] i took two liters of water after the run .',
    '[patient] i have taken twenty milligrams of lisinopril for years .',
    '[patient] she pushed me to come and see you .',
  ])('is silent for: %s', (transcript) => {
    expect(codesOf(transcript)).toEqual([]);
  });

  it('gives each danger once, with every place where it was said', () => {
    const [finding] = criticalFindings(
      utterancesOf(turns('[patient] i want to hurt myself .\n[doctor] why ?\n[patient] i feel suicidal every day .')),
    );
    expect(finding?.support).toHaveLength(2);
  });
});
