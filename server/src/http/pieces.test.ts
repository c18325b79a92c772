import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lettingGo } from './pieces.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('a text is let go once nobody asks for it, and opened again', async () => {
  let opened = 0;
  const text = lettingGo('first', () => Promise.resolve(`opened ${++opened}`));
  expect(await text()).toBe('first');
  vi.advanceTimersByTime(900);
  expect(await text()).toBe('first');
  vi.advanceTimersByTime(1100);
  expect([await text(), await text()]).toEqual(['opened 1', 'opened 1']);
});
