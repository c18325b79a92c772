import { expect, test } from 'vitest';
import { csvCell, csvPath, valueAt } from './csv-text.ts';

// https://owasp.org/www-community/attacks/CSV_Injection

test('what a spreadsheet would run is text', () => {
  for (const attack of [
    '=1+1',
    '+cmd',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    ' =1',
    '\n=1',
    '\uFF1D1',
    '=HYPERLINK("x")',
  ]) {
    expect(csvCell(attack).replace(/^"/, '').startsWith("'"), JSON.stringify(attack)).toBe(true);
  }
  expect(csvCell('-5.25')).toBe('-5.25');
  expect(csvCell('plain')).toBe('plain');
});

test('quotes as RFC 4180 asks', () => {
  expect(csvCell('a,b')).toBe('"a,b"');
  expect(csvCell('say "x"')).toBe('"say ""x"""');
  expect(csvCell('a\r\nb')).toBe('"a\r\nb"');
});

test('paths walk lists, positions and choices, and nothing inherited', () => {
  const resource = { name: [{ given: ['Ana', 'Bea'] }, { given: ['Cy'] }], valueQuantity: { value: 0 } };
  const at = (path: string): string => valueAt(resource, csvPath(path) as NonNullable<ReturnType<typeof csvPath>>);
  expect(at('name.given')).toBe('Ana; Bea; Cy');
  expect(at('name[1].given[0]')).toBe('Cy');
  expect(at('value.value')).toBe('0');
  expect(at('constructor.name')).toBe('');
  expect(csvPath('name.where(use)')).toBeUndefined();
  expect(csvPath('__proto__')).toBeUndefined();
});
