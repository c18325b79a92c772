/** Who is spoken of. */
import { describe, expect, it } from 'vitest';
import { ofPatient, pronounsOf, sentenceCase, toPatient } from './third-person.ts';

const she = pronounsOf('a 50-year-old female');

describe('pronounsOf', () => {
  it('reads them from the visit, and falls back to "the patient"', () => {
    expect(she.subject).toBe('she');
    expect(pronounsOf('good morning sir').subject).toBe('he');
    expect(pronounsOf('hello').subject).toBe('the patient');
  });
});

describe('person', () => {
  it.each([
    ['i have pain in my knee', 'she has pain in her knee'],
    ['i am fine', 'she is fine'],
    ['i also take aspirin', 'she also takes aspirin'],
    ['it bothers me', 'it bothers her'],
  ])('of the patient: %s', (said, written) => {
    expect(ofPatient(said, she)).toBe(written);
  });

  it.each([
    ['you are taking your medicine', 'she is taking her medicine'],
    ['i want you to rest', 'i want her to rest'],
    ['you can take it at night', 'she can take it at night'],
    ['i will continue you on the omeprazole', 'i will continue her on the omeprazole'],
    ['giving you a cream', 'giving her a cream'],
    ['we have had you on prozac', 'we have had her on prozac'],
    ['i can reassure you', 'i can reassure her'],
    ['i will book you in', 'i will book her in'],
    ['if you in the end feel worse', 'if she in the end feel worse'],
    ['a worry of yours', 'a worry of hers'],
  ])('to the patient: %s', (said, written) => {
    expect(toPatient(said, she)).toBe(written);
  });
});

describe('sentenceCase', () => {
  it('begins with a capital and ends with one full stop', () => {
    expect([sentenceCase('i will order labs ,'), sentenceCase(' . ')]).toEqual(['I will order labs.', '']);
  });
});
