import { describe, expect, test } from 'vitest';
import { hasSafePatterns } from './safe-patterns.ts';

describe('hasSafePatterns', () => {
  test.each([
    'name.exists()',
    "code.matches('^[A-Z][0-9]+$')",
    "code.matches('^(a|b)?c*$') and id.replaceMatches('x+', 'y') = ''",
    "value.matches('\\\\d{3}-\\\\d{4}')",
    "name = 'matches'",
  ])('%s may run', (expression) => {
    expect(hasSafePatterns(expression)).toBe(true);
  });

  test.each([
    "family.matches('^(a+)+$')",
    "family.matches('^(a+)' & '+$')",
    'family.matches(given.first())',
    "family.matches('a*a*a*a*a*b')",
    "family.matches('(a|aa){2,}')",
    "family.matches('(a*)\\\\1b')",
    "family.replaceMatches ('([a-z]+)*x', '')",
  ])('%s may not', (expression) => {
    expect(hasSafePatterns(expression)).toBe(false);
  });
});
