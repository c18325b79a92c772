import { describe, expect, it } from 'vitest';
import { type Accepted, judgeDeliveries } from './delivery-record.ts';

const message = (id: string, version: number, resource = 'Observation/a'): Accepted => ({ id, resource, version });
const written = new Map([['Observation/a', 3]]);

describe('judgeDeliveries', () => {
  it('has nothing to say about each version once and in order', () => {
    const accepted = [message('s.1', 1), message('s.2', 2), message('s.3', 3)];
    expect(judgeDeliveries({ written, accepted })).toEqual({
      missing: [],
      duplicates: [],
      unrecognisable: [],
      outOfOrder: [],
    });
  });

  it('finds what is missing, what came again, and what came too early', () => {
    const accepted = [message('s.1', 1), message('s.1', 1), message('s.3', 3)];
    const verdict = judgeDeliveries({ written, accepted });
    expect(verdict.missing).toEqual(['Observation/a 2']);
    expect(verdict.duplicates).toEqual(['s.1']);
    expect(verdict.outOfOrder).toEqual(['Observation/a 3 after 1']);
  });

  it('finds a version that came again under another id', () => {
    const accepted = [message('s.1', 1), message('s.9', 1)];
    expect(judgeDeliveries({ written, accepted }).unrecognisable).toEqual(['Observation/a 1 as s.9']);
  });
});
