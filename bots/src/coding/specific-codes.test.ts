/** What a problem says beside the name of the condition decides between the codes of a family. */
import { describe, expect, it } from 'vitest';
import { indexCodes } from './code-index.ts';
import { curatedTables } from './curated-table.ts';
import { suggestCodes } from './suggest-codes.ts';
import { codesOfNote } from './suggestion.ts';

const [newest, older] = curatedTables.map(indexCodes);
const codeOf = (problem: string, index = newest): string | undefined =>
  index && suggestCodes(index, problem)[0]?.entry.code;

describe('specificCodesOf', () => {
  it.each([
    ['Type 2 diabetes with diabetic peripheral neuropathy', 'E11.42'],
    ['Type 1 diabetes with peripheral neuropathy', 'E10.42'],
    ['Type 2 diabetes, not at goal', 'E11.9'],
    ['CKD stage 3a', 'N18.31'],
    ['Moderate persistent asthma with acute exacerbation', 'J45.41'],
    ['Moderate persistent asthma', 'J45.40'],
    ['Osteoarthritis of left knee', 'M17.12'],
    ['Right ear infection', 'H66.91'],
    ['Alcohol use disorder, severe, in early remission', 'F10.21'],
    ['Alcohol use disorder, severe', 'F10.20'],
    ['Acute on chronic diastolic heart failure', 'I50.33'],
    ['Obesity, BMI 32', 'E66.9'],
  ])('%s is %s', (problem, code) => {
    expect(codeOf(problem)).toBe(code);
  });

  it('keeps to the table of the day', () => {
    expect(codeOf('Relapsing-remitting multiple sclerosis')).toBe('G35.A');
    expect(codeOf('Relapsing-remitting multiple sclerosis', older)).toBe('G35');
  });

  it('leaves out the general code of a family where one sentence gives both', () => {
    const note =
      'ASSESSMENT\nType 2 diabetes, not at goal this year, with diabetic peripheral neuropathy of both feet.\n';
    const found = newest ? codesOfNote(newest, note).suggestions.map(({ entry }) => entry.code) : [];
    expect(found).toContain('E11.42');
    expect(found).not.toContain('E11.9');
  });
});
