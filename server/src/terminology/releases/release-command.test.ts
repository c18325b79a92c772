import { describe, expect, test } from 'vitest';
import { readReleaseCommand } from './release-command.ts';

const read = (line: string) => readReleaseCommand(line.split(' '));

describe('readReleaseCommand', () => {
  test('reads what to load, since when and for whom', async () => {
    const command = read('icd10cm codes.txt --version 2026 --from 2025-10-01 --to 2026-09-30 --project p');
    expect(command.facts).toEqual({
      system: 'http://hl7.org/fhir/sid/icd-10-cm',
      version: '2026',
      title: 'ICD-10-CM 2026',
      validFrom: '2025-10-01',
      validTo: '2026-09-30',
    });
    expect(command.project).toBe('p');
    const codes: string[] = [];
    for await (const { code, parents } of command.concepts((file) => [`F3341   ${file}`])) {
      codes.push(code, ...(parents ?? []));
    }
    expect(codes).toEqual(['F33.41', 'F33.4', 'F33']);
  });

  test('opens the three files of SNOMED CT in their order', async () => {
    const opened: string[] = [];
    const concepts = read('snomed a b c --version 1').concepts((file) => {
      opened.push(file);
      return [];
    });
    expect((await concepts[Symbol.asyncIterator]().next()).done).toBe(true);
    expect(opened).toEqual(['a', 'b', 'c']);
  });

  test.each([
    ['icd9 file --version 1', 'need one of icd10cm, loinc, snomed, rxnorm'],
    ['snomed a --version 1', 'need sct2_Concept_Snapshot'],
    ['loinc a', '--version'],
    ['loinc a --version 1 --from today', 'days such as'],
  ])('refuses %s', (line, why) => {
    expect(() => read(line)).toThrow(why);
  });
});
