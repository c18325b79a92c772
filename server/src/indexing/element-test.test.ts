// http://hl7.org/fhirpath/N1/#wherecriteria-expression-collection
import { describe, expect, test } from 'vitest';
import { parseElementTest } from './element-test.ts';

const name = { use: 'official', family: "O'Hara", given: ['Ann', 'Bo'], period: { start: '2020' } };
const component = { code: { coding: [{ code: '8480-6' }, { code: 'x' }] }, valueInteger: 3, flag: true };

describe('parseElementTest', () => {
  test.each([
    ["use = 'official'", name, true],
    ["use='usual'", name, false],
    ["use != 'usual'", name, true],
    ["suffix != 'x'", name, false],
    ["family = 'O\\'Hara'", name, true],
    ["use = 'usual' or given = 'Bo'", name, true],
    ["use = 'official' and given.startsWith('Z')", name, false],
    ["use in ('old' | 'official')", name, true],
    ['period.end.empty() and period.start.exists()', name, true],
    ['(suffix.exists()).not()', name, true],
    ['suffix.exists() or (use.exists() and family.exists())', name, true],
    ["code.coding.code = '8480-6'", component, true],
    ['value = 3', component, true],
    ['value.exists()', component, true],
    ['flag', component, true],
    ['flag = false', component, false],
    ["$this = 'a'", 'a', true],
    ["coding.where(code = '8480-6').exists()", { coding: [{ code: '8480-6' }] }, true],
    ["coding.where(code = 'x').exists()", { coding: [{ code: '8480-6' }] }, false],
  ])('%s', (text, element, holds) => {
    expect(parseElementTest(text)?.(element)).toBe(holds);
  });

  test.each(["given.matches('(a+)+$')", 'a = ', '(a', 'a = b', 'repeat(x).exists()', "a ~ 'x'", 'a > 1', ''])(
    'does not understand %s',
    (text) => {
      expect(parseElementTest(text)).toBeUndefined();
    },
  );
});
