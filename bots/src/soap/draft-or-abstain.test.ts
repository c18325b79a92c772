/** Transcripts that are no ground for a note (issue "three AI bots", bad input). */
import { describe, expect, it } from 'vitest';
import { draftOrAbstain } from './draft-or-abstain.ts';

const visit = `[doctor] what brings you in ?
[patient] i have a headache and some nausea since two days and i took tylenol for it .
[doctor] any fever ?
[patient] no .
[doctor] so my assessment and plan . i will prescribe ibuprofen six hundred milligrams for your headache .`;

describe('draftOrAbstain', () => {
  it('drafts from a visit', () => {
    expect(draftOrAbstain(visit).kind).toBe('draft');
  });

  it('drafts from a telegraphic note, and from speech without an end', () => {
    expect(
      draftOrAbstain('Subjective: 45 yo M, cough 3 days.\nAssessment: Bronchitis.\nPlan: Rest, fluids.').kind,
    ).toBe('draft');
    expect(draftOrAbstain('one hundred and the '.repeat(20_000)).kind).toBe('abstain');
  });

  it.each([
    ['', 'transcript-empty'],
    [' \n\t', 'transcript-empty'],
    ['word '.repeat(200_000), 'transcript-too-long'],
    ['\u0000\u0001PNG', 'transcript-not-text'],
    [
      '[arzt] guten morgen , was fehlt ihnen denn heute\n[patient] mir tut der kopf weh seit zwei tagen',
      'transcript-language',
    ],
    [
      'Doctor: ¿Qué le trae hoy?\nPaciente: Tengo asma y dolor de pecho, no fiebre. Tomo metformina y aspirina.',
      'transcript-language',
    ],
    ['[doctor] hello there , how are you ?\n[patient] i am fine , it is a nice day .', 'nothing-clinical'],
  ])('abstains with a code (%#)', (transcript, code) => {
    expect(draftOrAbstain(transcript)).toMatchObject({ kind: 'abstain', code });
  });
});
