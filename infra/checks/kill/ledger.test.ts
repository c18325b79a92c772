import { describe, expect, it } from 'vitest';
import { createLedger, type Found, losses } from './ledger.ts';

const all = new Set(['Observation/a/_history/1', 'Observation/b/_history/1']);
const whole: Found = { stored: all, delivered: all, entriesOf: new Map([['t1', 5]]), orphans: [] };

function ledger() {
  const kept = createLedger();
  for (const reference of all) {
    kept.acknowledge(reference);
  }
  kept.send('t1', 5);
  kept.send('never-arrived', 5);
  return kept;
}

describe('losses', () => {
  it('is empty when all that was acknowledged is stored and delivered, and each Bundle is whole or absent', () => {
    expect(losses(ledger(), whole)).toEqual([]);
  });

  it.each([
    [{ stored: new Set(['Observation/a/_history/1']) }, 'lost write Observation/b/_history/1'],
    [{ delivered: new Set(['Observation/b/_history/1']) }, 'lost event Observation/a/_history/1'],
    [{ entriesOf: new Map([['t1', 3]]) }, 'half a Bundle t1: 3 of 5'],
    [{ orphans: [42] }, 'orphan process 42'],
  ])('names what was lost: %o', (bug, line) => {
    expect(losses(ledger(), { ...whole, ...bug })).toEqual([line]);
  });
});
