import { expect, it } from 'vitest';
import { createIdleWatch } from './idle-watch.ts';

const MINUTE = 60_000;

it('warns at 13 minutes and ends at 15', () => {
  const watch = createIdleWatch(0, () => undefined);
  expect(watch.at(13 * MINUTE - 1).state).toBe('active');
  expect(watch.at(13 * MINUTE)).toEqual({ state: 'warning', left: 2 * MINUTE });
  expect(watch.at(15 * MINUTE)).toEqual({ state: 'ended', left: 0 });
});

it('starts again with each activity and reports it at most once a minute', () => {
  let reports = 0;
  const watch = createIdleWatch(0, () => {
    reports += 1;
  });
  for (let second = 0; second <= 120; second += 10) {
    watch.activity(second * 1000);
  }
  expect(reports).toBe(2);
  expect(watch.at(14 * MINUTE).state).toBe('active');
});

it('does not come back to life after its end', () => {
  const watch = createIdleWatch(0, () => undefined);
  watch.activity(16 * MINUTE);
  expect(watch.at(16 * MINUTE).state).toBe('ended');
});
