// https://man7.org/linux/man-pages/man5/crontab.5.html
import { describe, expect, test } from 'vitest';
import { cronOfTiming, parseCron } from './cron-schedule.ts';

const due = (cron: string, at: string): boolean | undefined => parseCron(cron)?.isDue(new Date(at));

describe('parseCron', () => {
  test.each([
    ['* * * * *', '2026-11-24T08:21:00Z', true],
    ['0 6 * * *', '2026-11-24T06:00:00Z', true],
    ['0 6 * * *', '2026-11-24T06:01:00Z', false],
    ['*/15 * * * *', '2026-11-24T06:45:00Z', true],
    ['*/15 * * * *', '2026-11-24T06:50:00Z', false],
    ['5/20 * * * *', '2026-11-24T06:45:00Z', true],
    ['0 9-17/4 * * mon-fri', '2026-11-24T13:00:00Z', true],
    ['0 9 * * sat,sun', '2026-11-24T09:00:00Z', false],
    ['0 9 * * 7', '2026-11-22T09:00:00Z', true],
    ['0 0 1 jan *', '2026-01-01T00:00:00Z', true],
    ['0 0 13 * fri', '2026-11-13T00:00:00Z', true],
    ['0 0 13 * fri', '2026-11-20T00:00:00Z', true],
    ['0 0 13 * fri', '2026-11-24T00:00:00Z', false],
  ])('%s at %s: %s', (cron, at, expected) => {
    expect(due(cron, at)).toBe(expected);
  });

  test.each([
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    'x * * * *',
    '@daily',
    '* * * * * *',
  ])('refuses %s', (cron) => {
    expect(parseCron(cron)).toBeUndefined();
  });
});

test.each([
  [{ repeat: { timeOfDay: ['06:30:00', '18:30:00'], dayOfWeek: ['mon', 'fri'] } }, '30 6,18 * * mon,fri'],
  [{ repeat: { period: 10, periodUnit: 'min' } }, '*/10 * * * *'],
  [{ repeat: { period: 6, periodUnit: 'h' } }, '0 */6 * * *'],
  [{ repeat: { period: 1, periodUnit: 'd' } }, '0 0 */1 * *'],
  [{ repeat: { period: 2, periodUnit: 'wk' } }, undefined],
  [{ repeat: { dayOfWeek: ['mon', 'wed'] } }, '0 0 * * mon,wed'],
  [{}, undefined],
] as const)('the Timing %j reads as %s', (timing, cron) => {
  expect(cronOfTiming(structuredClone(timing) as never)).toBe(cron);
});
