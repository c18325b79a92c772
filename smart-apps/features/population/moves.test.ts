import { expect, it } from 'vitest';
import type { WorklistRow } from '../../client/index.ts';
import { bandMoves } from './analyze-all.tsx';
import { movesSentence } from './use-announced-moves.ts';

const row = (id: string, band: WorklistRow['band']): WorklistRow => ({
  patient: { id, name: `Patient ${id}`, caseManagers: [] },
  band,
  workStatus: 'none',
  reasons: [],
});

it('says who moved to which band, and nothing when nobody did', () => {
  const before = new Map([
    ['1', 'medium'],
    ['2', 'low'],
  ] as const);
  expect(movesSentence(before, [row('1', 'critical'), row('2', 'low')])).toBe(
    'Patient 1 moved to Critical, score not known',
  );
  expect(movesSentence(before, [row('1', 'high'), row('2', 'high')])).toContain('and 1 more');
  expect(movesSentence(before, [row('1', 'medium'), row('3', 'high')])).toBe('');
});

it('counts moves up and down', () => {
  const before = new Map([
    ['1', 'medium'],
    ['2', 'critical'],
    ['3', 'low'],
  ] as const);
  expect(bandMoves(before, [row('1', 'critical'), row('2', 'high'), row('3', 'low'), row('4', 'high')])).toEqual({
    up: 1,
    down: 1,
  });
});
