import { describe, expect, it } from 'vitest';
import { functionalList } from './functional-list.ts';

const read = (type: string, name: string) => {
  const asked: string[] = [];
  functionalList(type, name, (parameter, value) => {
    asked.push(`${parameter}=${value}`);
    return { kind: 'always' };
  });
  return asked;
};

describe('functionalList', () => {
  it('asks for what is current by its own status', () => {
    expect(read('Condition', '$current-problems')).toEqual([
      'clinical-status=active,recurrence,relapse',
      'verification-status:not=refuted,entered-in-error',
    ]);
    expect(read('MedicationStatement', '$current-medications')).toEqual(['status=active']);
    expect(read('AllergyIntolerance', '$current-drug-allergies')).toContain('category=medication');
  });

  it.each([
    ['Patient', '$current-problems', "'$current-problems' is a list of Condition"],
    ['Patient', '$toString', 'one of $current-problems'],
    ['toString', '$current-allergies', 'is a list of AllergyIntolerance'],
  ])('refuses %s of %s', (type, name, message) => {
    expect(() => read(type, name)).toThrow(message);
  });
});
