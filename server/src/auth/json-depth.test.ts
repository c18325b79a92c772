/** @see security.md S64, S65 */
import { describe, expect, it } from 'vitest';
import { isTooDeep } from './json-depth.ts';

const isDeep = (text: string): boolean => isTooDeep(Buffer.from(text));

describe('S65: nesting of a body', () => {
  it.each([
    ['[[[]]]', false],
    [`${'['.repeat(64)}${']'.repeat(64)}`, false],
    [`${'['.repeat(65)}${']'.repeat(65)}`, true],
    [`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, true],
    [JSON.stringify('['.repeat(1000)), false],
    [JSON.stringify({ a: `"${'{'.repeat(100)}\\` }), false],
    [`["\\"",${'['.repeat(64)}`, true],
    [JSON.stringify(Array.from({ length: 200 }, () => [])), false],
    ['', false],
  ])('%.40s… is too deep: %s', (text, expected) => expect(isDeep(text)).toBe(expected));
});
