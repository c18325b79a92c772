import { expect, test } from 'vitest';
import { inclusionPath, leafHash, merkleRoot, rootAlong } from './merkle.ts';

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => leafHash(`entry ${i}`));

test('every leaf of trees of every size up to 20 is proved by its path, and by no other', () => {
  for (let size = 1; size <= 20; size++) {
    const leaves = leavesOf(size);
    const root = merkleRoot(leaves);
    leaves.forEach((leaf, index) => {
      const path = inclusionPath(leaves, index);
      expect(rootAlong(leaf, { index, size }, path)).toBe(root);
      expect(rootAlong(leafHash('forged'), { index, size }, path)).not.toBe(root);
      if (size > 1) {
        expect(rootAlong(leaf, { index: (index + 1) % size, size }, path)).not.toBe(root);
      }
    });
  }
});

test('order and number of leaves decide about the root', () => {
  const [a, b, c] = leavesOf(3) as [string, string, string];
  const roots = [[a, b], [b, a], [a], [a, b, c], [a, b, b], []].map(merkleRoot);
  expect(new Set(roots).size).toBe(roots.length);
});

// RFC 6962: MTH({}) and MTH of the single empty leaf
test('known values', () => {
  expect(merkleRoot([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(leafHash('')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
});
