/** Local names of a transaction. */
import { describe, expect, it } from 'vitest';
import { localUuid } from './local-uuid.ts';

describe('localUuid', () => {
  it('gives the same valid UUID for a seed, and another for another seed', () => {
    expect(localUuid('a')).toBe(localUuid('a'));
    expect(localUuid('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(Array.from({ length: 5000 }, (_, i) => localUuid(`run ${i}`))).size).toBe(5000);
  });
});
