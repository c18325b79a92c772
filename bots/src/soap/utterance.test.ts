/** Statements and questions of a conversation, with their places. */
import { describe, expect, it } from 'vitest';
import { turns } from '../kit/text/index.ts';
import { utterancesOf } from './utterance.ts';

const read = (transcript: string) => utterancesOf(turns(transcript));

describe('utterancesOf', () => {
  it('cuts at punctuation, and knows questions without their mark', () => {
    const found = read('[doctor] hello there . any chest pain ?\n[doctor] do you take aspirin\n[patient] yes i do .');
    expect(found.map((each) => [each.role, each.isQuestion])).toEqual([
      ['clinician', false],
      ['clinician', true],
      ['clinician', true],
      ['patient', false],
    ]);
  });

  it('cuts long speech without punctuation, and keeps the places', () => {
    const speech = `[doctor] ${'so the knee is swollen and it hurts when you walk '.repeat(6)}`;
    const found = read(speech);
    expect(found.length).toBeGreaterThan(3);
    expect(found.every((each) => speech.slice(each.start, each.end) === each.raw)).toBe(true);
  });

  it('weighs what has clinical meaning', () => {
    const [small, clinical] = read('[patient] it was a nice day .\n[patient] i have a fever and a cough .');
    expect(small?.weight).toBeLessThan(clinical?.weight ?? 0);
  });
});
