import { describe, expect, it } from 'vitest';
import { chart } from './charts.ts';
import { SEARCH_GROUPS, searchPaths, valuesOf } from './search-groups.ts';

describe('the data of the benchmark', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(chart(3, 42)).toEqual(chart(3, 42));
    expect(chart(3, 42)).not.toEqual(chart(3, 43));
  });

  it('holds a chart of about a hundred resources whose references can all be followed', () => {
    const { entry } = chart(1, 42);
    const urls = new Set(entry.map(({ fullUrl }) => fullUrl));
    const references = JSON.stringify(entry).match(/urn:uuid:[0-9a-f-]{36}/g) ?? [];
    expect(entry.length).toBeGreaterThan(90);
    expect(urls.size).toBe(entry.length);
    expect(references.filter((reference) => !urls.has(reference))).toEqual([]);
  });

  it('gives every group of searches values that occur', () => {
    const values = valuesOf([chart(1, 42), chart(2, 42)]);
    const known = { patients: ['Patient/a'], practitioners: ['Practitioner/b'] };
    for (const query of Object.values(SEARCH_GROUPS)) {
      const paths = searchPaths(query, values, known, 5, 1);
      expect(paths).toHaveLength(5);
      expect(paths.join()).not.toContain('undefined');
    }
  });
});
