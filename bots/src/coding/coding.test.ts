/** Codes from a dated table only; uncertain diagnoses never (ICD-10-CM guidelines, section IV.H). @see https://www.cms.gov/medicare/coding-billing/icd-10-codes */
import { describe, expect, it } from 'vitest';
import { indexCodes, searchCodes } from './code-index.ts';
import { dotted, parseCodeTable, tableFor } from './code-table.ts';
import { medicalWords } from './medical-words.ts';
import { certainPart, suggestCodes } from './suggest-codes.ts';

const flat = `I10     Essential (primary) hypertension
E119    Type 2 diabetes mellitus without complications
M25561  Pain in right knee
M25562  Pain in left knee
M25569  Pain in unspecified knee
S83411A Sprain of medial collateral ligament of right knee, initial encounter
S83411D Sprain of medial collateral ligament of right knee, subsequent encounter
S83419A Sprain of medial collateral ligament of unspecified knee, initial encounter
G35D    Multiple sclerosis, unspecified
N200    Calculus of kidney
not a code
`;
const table = parseCodeTable(flat, 2026);
const index = indexCodes(table);
const best = (problem: string): string | undefined => suggestCodes(index, problem)[0]?.entry.code;

describe('parseCodeTable', () => {
  it('reads codes with their dots, and the days on which they hold', () => {
    expect(table.entries).toHaveLength(10);
    expect(table).toMatchObject({ version: 'FY2026', from: '2025-10-01', to: '2026-09-30' });
    expect([dotted('E119'), dotted('I10'), dotted('E11.9')]).toEqual(['E11.9', 'I10', 'E11.9']);
  });
});

describe('tableFor', () => {
  const older = { ...table, version: 'FY2025', from: '2024-10-01', to: '2025-09-30' };

  it('takes the table of the day of service', () => {
    expect(tableFor('2026-01-15', [older, table])).toEqual({ table, isFallback: false });
    expect(tableFor('2025-03-01', [older, table])?.table.version).toBe('FY2025');
  });

  it('uses the newest after its end, visibly, and none before the first', () => {
    expect(tableFor('2027-01-01', [table, older])).toEqual({ table, isFallback: true });
    expect(tableFor('2020-01-01', [older, table])).toBeUndefined();
    expect(tableFor('2026-01-15', [])).toBeUndefined();
  });

  it('holds G35.D and not G35 on 2026-01-15', () => {
    const codes = tableFor('2026-01-15', [table])?.table.entries.map((entry) => entry.code);
    expect([codes?.includes('G35.D'), codes?.includes('G35')]).toEqual([true, false]);
  });
});

describe('suggestCodes', () => {
  it.each([
    ['Hypertension', 'I10'],
    ['high blood pressure', 'I10'],
    ['Diabetes type 2', 'E11.9'],
    ['Left knee pain', 'M25.562'],
    ['Right knee MCL strain', 'S83.411A'],
    ['kidney stone', 'N20.0'],
    ['Essential primary hypertension', 'I10'],
  ])('%s is %s', (problem, code) => {
    expect(best(problem)).toBe(code);
  });

  it('codes the symptom and not the uncertain diagnosis', () => {
    expect(certainPart('Left knee pain, most likely due to a meniscus tear')).toBe('Left knee pain');
    expect(best('Left knee pain, probable gout')).toBe('M25.562');
    expect(suggestCodes(index, 'rule out multiple sclerosis')).toEqual([]);
  });

  it('never suggests what the table does not hold', () => {
    for (const problem of ['schizophrenia', 'asthma', 'nonsense', '']) {
      expect(suggestCodes(index, problem).every(({ entry }) => table.entries.includes(entry))).toBe(true);
    }
  });
});

describe('searchCodes', () => {
  it('forgives spelling and prefers the general code', () => {
    expect(searchCodes(index, 'essental hypertension', 1)[0]?.entry.code).toBe('I10');
    expect(searchCodes(index, 'pain in knee', 1)[0]?.entry.code).toBe('M25.569');
  });
});

describe('medicalWords', () => {
  it('writes names as the table does', () => {
    expect(medicalWords('Renal calculi')).toEqual(medicalWords('kidney calculi'));
    expect(medicalWords("Bell's palsy")).toEqual(medicalWords('bell palsy'));
    expect(medicalWords('lung cancer')).toEqual(expect.arrayContaining(medicalWords('malignant neoplasm')));
  });
});
