/** Evidence that is real, and about something else. */
import { expect, test } from 'vitest';
import { speaksOf } from './evidence-speaks.ts';

test.each([
  ['Increase sertraline to 100 mg daily.', 'we will go up on the sertraline to one hundred', true],
  ['The patient agrees with the plan.', 'sounds good', true],
  ['Blood pressure is 145/90.', 'Your blood pressure is 145 over 90.', true],
  ['Headaches since two weeks.', 'the headache began 14 days ago', true],
  ['Prescribe oxycodone extended release tablets.', 'good morning , how are you', false],
  ['Blood pressure is 145/90.', 'your blood pressure is fine', false],
  ['Takes lisinopril 10 mg.', 'i take lisinopril', false],
  ['History of bipolar disorder and alcohol dependence.', 'it is raining today', false],
])('%s by "%s": %s', (sentence, cited, expected) => {
  expect(speaksOf(sentence, [cited])).toBe(expected);
});
