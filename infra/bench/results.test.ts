import { describe, expect, it } from 'vitest';
import { type Measured, measure, median, percentile } from './measure.ts';
import { AUDIT_OFF, AUDIT_ON, resultsText, summarize } from './results.ts';

const run = (cpuMs: number, latency: number): Measured => ({ requests: 10, seconds: 2, cpuMs, latencies: [latency] });
const setting = { date: '2026-11-24', machine: 'two cores', patients: 1, resources: 1, workers: 8, rounds: 3 };

describe('results', () => {
  it('are medians of the rounds, by request', () => {
    const cell = summarize([run(10, 4), run(30, 9), run(20, 5)], ({ requests }) => requests);
    expect(cell).toEqual({ rate: 5, cpuMs: 2, p50: 5, p99: 5 });
  });

  it('stand beside what was published of a peer, where there is something', () => {
    const runs = new Map([
      ['search: token, identifier', [run(10, 20)]],
      ['search: sort', [run(10, 40)]],
      ['search: composite', [run(10, 5)]],
    ]);
    const text = resultsText(setting, new Map([[AUDIT_ON, runs]]), (_, requests) => requests);
    expect(text).toContain('| search: token, identifier | 20.0 | 25 | yes |');
    expect(text).toContain('| search: sort | 40.0 | 31 | no |');
    expect(text).not.toContain('| search: composite | 5.0 | ');
  });

  it('say what audit costs', () => {
    const rounds = new Map([
      [AUDIT_ON, new Map([['import', [run(11, 6)]]])],
      [AUDIT_OFF, new Map([['import', [run(10, 5)]]])],
    ]);
    const text = resultsText(setting, rounds, (_, requests) => requests);
    expect(text).toContain('| import | MindBridge | 5 | 1.10 | 6.0 | 6.0 |');
    expect(text).toContain('| import | 10.0 % | 20.0 % |');
  });
});

describe('measure', () => {
  it('runs every step once and times each request', async () => {
    const seen: number[] = [];
    const steps = Array.from({ length: 20 }, (_, i) => async (timed: <T>(work: () => Promise<T>) => Promise<T>) => {
      seen.push(await timed(async () => i));
    });
    const measured = await measure(steps, 3, () => undefined);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(measured.requests).toBe(20);
    expect(measured.cpuMs).toBeUndefined();
  });

  it('knows medians and percentiles of few values and of none', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(percentile([1, 2, 3, 4], 0.99)).toBe(4);
    expect(percentile([], 0.5)).toBe(0);
  });
});
