// Composition of value sets: https://hl7.org/fhir/R4/valueset.html#compositions
import type { CodeSystem, ValueSet } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { enumerateValueSet, flattenConcepts, type TerminologySource } from './code-set.ts';

const animals: CodeSystem = {
  resourceType: 'CodeSystem',
  url: 'urn:animals',
  status: 'active',
  content: 'complete',
  concept: [
    {
      code: 'mammal',
      concept: [
        { code: 'dog', display: 'Dog' },
        { code: 'cat', property: [{ code: 'pet', valueString: 'yes' }] },
      ],
    },
    { code: 'fish' },
  ],
};
const valueSets = new Map<string, ValueSet>();
const source: TerminologySource = {
  codeSystem: (url) => (url === animals.url ? animals : undefined),
  valueSet: (url) => valueSets.get(url),
};
const composed = (compose: ValueSet['compose'], url = 'urn:vs'): ValueSet => ({
  resourceType: 'ValueSet',
  url,
  status: 'active',
  compose,
});
const codes = (valueSet: ValueSet): string[] => enumerateValueSet(valueSet, source).codes.map((c) => c.code);
const missing = (valueSet: ValueSet): readonly string[] => enumerateValueSet(valueSet, source).missing;

describe('enumerateValueSet', () => {
  test('takes a whole system, listed concepts with their displays, and filters', () => {
    expect(codes(composed({ include: [{ system: 'urn:animals' }] }))).toEqual(['mammal', 'dog', 'cat', 'fish']);
    expect(
      enumerateValueSet(composed({ include: [{ system: 'urn:animals', concept: [{ code: 'dog' }] }] }), source).codes,
    ).toEqual([{ system: 'urn:animals', code: 'dog', display: 'Dog' }]);
    const filter = (property: string, op: 'is-a' | 'descendent-of' | 'is-not-a' | '=', value: string) =>
      codes(composed({ include: [{ system: 'urn:animals', filter: [{ property, op, value }] }] }));
    expect(filter('concept', 'is-a', 'mammal')).toEqual(['mammal', 'dog', 'cat']);
    expect(filter('concept', 'descendent-of', 'mammal')).toEqual(['dog', 'cat']);
    expect(filter('concept', 'is-not-a', 'mammal')).toEqual(['fish']);
    expect(filter('pet', '=', 'yes')).toEqual(['cat']);
  });

  test('subtracts what is excluded and intersects imported value sets', () => {
    valueSets.set(
      'urn:mammals',
      composed(
        { include: [{ system: 'urn:animals', filter: [{ property: 'concept', op: 'is-a', value: 'mammal' }] }] },
        'urn:mammals',
      ),
    );
    expect(
      codes(
        composed({
          include: [{ valueSet: ['urn:mammals'] }],
          exclude: [{ system: 'urn:animals', concept: [{ code: 'cat' }] }],
        }),
      ),
    ).toEqual(['mammal', 'dog']);
    expect(
      codes(
        composed({
          include: [{ system: 'urn:animals', concept: [{ code: 'fish' }, { code: 'dog' }], valueSet: ['urn:mammals'] }],
        }),
      ),
    ).toEqual(['dog']);
  });

  test('names what is missing for what cannot be enumerated', () => {
    expect(missing(composed({ include: [{ system: 'urn:animals' }, { system: 'urn:ietf:bcp:13' }] }))).toEqual([
      'urn:ietf:bcp:13',
    ]);
    expect(
      missing(
        composed({ include: [{ system: 'urn:animals', filter: [{ property: 'concept', op: 'regex', value: '.*' }] }] }),
      ),
    ).toHaveLength(1);
  });

  test('does not run in circles', () => {
    valueSets.set('urn:a', composed({ include: [{ valueSet: ['urn:b'] }] }, 'urn:a'));
    valueSets.set('urn:b', composed({ include: [{ valueSet: ['urn:a'] }] }, 'urn:b'));
    expect(missing(valueSets.get('urn:a') as ValueSet)).toEqual(['urn:a']);
  });

  test('flattens with parents by index', () => {
    expect(flattenConcepts(animals).map((c) => c.parent)).toEqual([undefined, 0, 0, undefined]);
  });
});
