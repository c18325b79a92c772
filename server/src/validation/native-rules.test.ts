import { expect, test } from 'vitest';
import { checkContainedAreUsed } from './native-rules.ts';
import type { Run } from './run.ts';

test('a contained resource nested without end is looked at no deeper than needed', () => {
  let deep: object = { reference: '#' };
  for (let i = 0; i < 100_000; i++) {
    deep = { extension: [deep] };
  }
  const root = { contained: [{ id: 'a', ...deep }] };
  const run: Run = {
    issues: [],
    path: ['Patient'],
    maxDepth: 50,
    maxIssues: 100,
    note: undefined,
    depth: 0,
    root,
    resource: root,
    fragments: new Set(),
    warnings: false,
  };
  checkContainedAreUsed(run, root);
  expect(run.issues.map((i) => i.key)).toEqual(['invariant-dom-3']);
});
