/** The curated conditions. @see https://www.cdc.gov/nchs/icd/icd-10-cm/ */
import { describe, expect, it } from 'vitest';
import { conditions } from './conditions.ts';

describe('conditions', () => {
  it('gives each a well-formed code and lower-case names', () => {
    for (const condition of conditions) {
      expect(condition.code).toMatch(/^[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?$/);
      expect(condition.names.length).toBeGreaterThan(0);
      expect(condition.names.every((name) => name === name.toLowerCase())).toBe(true);
    }
  });

  it('gives no name two codes', () => {
    const names = conditions.flatMap((condition) => condition.names);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});
