import { expect, test } from 'vitest';
import { afterPrefix, conceptWords } from './concept-words.ts';

test('words are folded, each once', () => {
  expect(conceptWords('Élan & "élan" (type-2), β-blocker')).toEqual(['elan', 'type', '2', 'β', 'blocker']);
  expect(conceptWords(' -- ')).toEqual([]);
});

test('a prefix ends behind all that begins with it', () => {
  expect('depression' < afterPrefix('dep') && afterPrefix('dep') < 'deq').toBe(true);
});
