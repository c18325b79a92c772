// FHIRPath: http://hl7.org/fhirpath/N1/ — every expression is also put to fhirpath.js.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fhirpath from 'fhirpath';
import model from 'fhirpath/fhir-context/r4/index.js';
import { describe, expect, test } from 'vitest';
import { loadDefinitions } from '../../definitions/index.ts';
import { compileExpression, UnsupportedExpression } from './compile-expression.ts';
import { parseExpression } from './parse-expression.ts';

const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const observation = {
  resourceType: 'Observation',
  status: 'final',
  _status: { extension: [{ url: 'urn:x', valueString: 'y' }] },
  code: { coding: [{ system: 'http://loinc.org', code: '1-8' }, { code: 'x' }], text: "it's" },
  valueQuantity: { value: 5.5, unit: 'kg' },
  component: [
    { code: { coding: [{ code: 'a' }] }, valueInteger: 1 },
    { code: { coding: [{ code: 'b' }] }, valueBoolean: true },
  ],
  _effectiveDateTime: { extension: [{ url: 'urn:x', valueString: 'y' }] },
};
const mine = (expression: string, focus: object = observation): unknown[] => [
  ...compileExpression(
    expression,
    'Observation',
    definitions,
  )(focus, { resource: focus, rootResource: focus, context: focus }),
];

describe('compileExpression', () => {
  test.each([
    "status = 'final'",
    "Observation.status != 'final'",
    "status in ('final' | 'amended')",
    'code.coding.code',
    "code.coding.where(system = 'http://loinc.org').code",
    'code.coding.count() > 1 and code.coding.exists()',
    'value.exists() and value.value >= 5',
    'value.unit',
    'component.value',
    'component.all(value.exists())',
    "component.select(code.coding.code) | ('b' | 'c')",
    'component.code.coding.code.isDistinct()',
    'effective.exists()',
    'effective.hasValue()',
    'note.empty() or note.first().text.exists()',
    'note.text = {}',
    "'x' & note.text & 'y'",
    '1 + 2 = 3',
    "code.text.startsWith('it') and code.text.contains('\\'')",
    "code.text.matches('^it.s$')",
    'code.coding[0].code',
    'code.coding.last().code',
    'component.value.ofType(integer)',
    'iif(component.exists(), 1, 2)',
    'status.exists() xor note.exists()',
    "note.exists() implies status = 'x'",
    "note.text = 'x' implies status = 'final'",
    'component.first().value is integer',
    "code.coding.code.combine('x' | 'y').count()",
    "code.coding.code.intersect('x' | 'y')",
    "'10'.toInteger() > 9",
    "'abc'.substring(1, 1) + 'abc'.upper()",
    'component.code.coding.code.tail()',
    "code.coding.where($this.code = 'x').exists()",
    "'a' in code.coding.code",
    "code.coding.code contains 'x'",
    'component.exists(value is boolean)',
    'children().count() > 5',
    'descendants().code',
    '-1 < 0',
  ])('%s', (expression) => {
    const theirs = fhirpath.evaluate(observation, expression, { resource: observation }, model) as unknown[];
    expect(mine(expression)).toEqual(
      theirs.map((item) =>
        item && typeof item === 'object' && 'toJSON' in item && typeof item.toJSON === 'function'
          ? item.toJSON()
          : item,
      ),
    );
  });

  test('binds operators as the grammar says', () => {
    expect(mine('false and false or true')).toEqual([true]);
    expect(mine('true or false and false')).toEqual([true]);
    expect(mine("1 + 2 & 'x' = '3x'")).toEqual([true]);
    expect(mine('false implies false and false')).toEqual([true]);
  });

  test('a comparison that is uncertain is satisfied for <= and >=, and empty otherwise', () => {
    expect(mine("'2020-05' <= '2020'")).toEqual([true]);
    expect(mine("'2020' >= '2020-05'")).toEqual([true]);
    expect(mine("'2020-05' < '2020'")).toEqual([]);
    expect(mine("'2020-05' <= '2019'")).toEqual([false]);
    expect(mine("'2020-01-01T00:00:00+02:00' < '2020-01-01T00:00:00Z'")).toEqual([true]);
  });

  test('says what it cannot compile, and where a text is no expression', () => {
    expect(() => compileExpression('repeat(item)', 'Questionnaire', definitions)).toThrow(UnsupportedExpression);
    expect(() => compileExpression('%other', 'Observation', definitions)).toThrow(UnsupportedExpression);
    for (const text of ['a.', '(a', 'a b', 'a = ', "'x", 'a[1', '#']) {
      expect(() => parseExpression(text), text).toThrow(SyntaxError);
    }
  });
});
