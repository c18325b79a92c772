import { describe, expect, it } from 'vitest';
import { chosenOperation, parseDocument } from './graphql-document.ts';
import { variablesOf } from './graphql-variables.ts';

const limits = { maxDepth: 6, maxFields: 40, maxSearches: 5, maxLength: 5000 };
const values = (declared: string, given: Record<string, unknown>) =>
  variablesOf(chosenOperation(parseDocument(`query(${declared}) { PatientList { id } }`, limits), undefined), given);

describe('variablesOf', () => {
  it('takes what is given, else the default', () => {
    expect(values('$a: String = "x", $b: Int, $c: [ID!]', { b: 2, c: ['1'] })).toEqual({ a: 'x', b: 2, c: ['1'] });
    expect(values('$a: String!', { a: 'y', other: 1 })).toEqual({ a: 'y' });
  });

  it.each([
    ['$id: ID!', {}, 'Variable "$id" of required type "ID!" was not provided'],
    ['$id: ID!', { id: null }, 'The value of variable "$id" is not of type "ID!"'],
    ['$n: Int', { n: 'one' }, 'The value of variable "$n" is not of type "Int"'],
    ['$l: [String!]', { l: ['a', null] }, 'The value of variable "$l" is not of type "[String!]"'],
  ])('refuses %s with %j', (declared, given, message) => {
    expect(() => values(declared, given)).toThrow(message);
  });
});
