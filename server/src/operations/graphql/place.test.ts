// https://hl7.org/fhir/R4/graphql.html#list-manipulation
import type { FieldNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { chosenOperation, parseDocument } from './graphql-document.ts';
import { place } from './place.ts';

const limits = { maxDepth: 6, maxFields: 40, maxSearches: 5, maxLength: 5000 };
const names = [
  { family: 'Walsh', given: ['Freya', 'Emilia'] },
  { family: 'Moss', given: ['F.'] },
];

function placed(field: string, value: unknown): Record<string, unknown> {
  const { selectionSet } = chosenOperation(parseDocument(`{ ${field} }`, limits), undefined);
  const [node] = selectionSet.selections as readonly FieldNode[];
  const result = {};
  place(result, 'name', node as FieldNode, value);
  return result;
}

describe('place', () => {
  it('leaves a list as it is, and takes its first when asked', () => {
    expect(placed('name { family }', names)).toEqual({ name: names });
    expect(placed('name @first { family }', names)).toEqual({ name: names[0] });
    expect(placed('name @first { family }', [])).toEqual({ name: null });
  });

  it('puts what is in a flattened list in its place', () => {
    expect(placed('name @flatten { family given }', names)).toEqual({
      family: ['Walsh', 'Moss'],
      given: ['Freya', 'Emilia', 'F.'],
    });
    expect(placed('name @flatten @first { last: family @singleton }', [{ last: 'Walsh' }])).toEqual({ last: 'Walsh' });
  });
});
