import { describe, expect, it } from 'vitest';
import { effectFaults } from './effects.ts';

describe('effectFaults', () => {
  it('finds nothing where each acknowledged version has one effect; a write without an answer may have one too', () => {
    const effects = new Map([
      ['Observation/a/_history/1', 1],
      ['Observation/b/_history/1', 1],
    ]);
    expect(effectFaults({ acknowledged: ['Observation/a/_history/1'], effects })).toEqual([]);
  });

  it('names what was lost and what was doubled', () => {
    const effects = new Map([['Observation/a/_history/2', 2]]);
    const found = effectFaults({ acknowledged: ['Observation/a/_history/1', 'Observation/a/_history/2'], effects });
    expect(found).toEqual(['lost event Observation/a/_history/1', 'doubled effect Observation/a/_history/2: 2']);
  });
});
