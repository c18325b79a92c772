import { afterEach, describe, expect, it } from 'vitest';
import { keepClinicTime } from '../client/index.ts';
import {
  ageAndGender,
  ageOf,
  clockTime,
  dateAndTime,
  dayAndTime,
  daysAgo,
  daysAgoOf,
  dueText,
  factorPhrase,
  factorValue,
  greeting,
  longDate,
  pointsText,
  shortDate,
  timeAgo,
} from './format.ts';

const now = new Date(2026, 1, 10, 9, 0);

describe('days', () => {
  it('says 52 days as the clinic says it', () => {
    expect(daysAgoOf('2025-12-20', now)).toBe('52 days ago');
    expect(daysAgo(1)).toBe('yesterday');
    expect(daysAgo(0)).toBe('today');
  });

  it('says a dash for what is not known', () => {
    expect(daysAgo(undefined)).toBe('–');
    expect(daysAgoOf('no date', now)).toBe('–');
    expect(shortDate(undefined)).toBe('–');
    expect(timeAgo(undefined, now)).toBe('–');
  });

  it('counts calendar days, not hours, across a change of clocks', () => {
    expect(daysAgoOf(new Date(2026, 1, 9, 23, 59).toISOString(), now)).toBe('yesterday');
    expect(daysAgoOf('2026-03-28', new Date(2026, 2, 30, 0, 5))).toBe('2 days ago');
  });
});

it('says times of day and due times', () => {
  const two = new Date(2026, 1, 12, 14, 0).toISOString();
  expect(clockTime(two)).toBe('2:00\u00a0pm');
  expect(dayAndTime(two, now)).toBe('12 Feb 2026 at 2:00\u00a0pm');
  expect(dateAndTime(now.toISOString())).toMatch(/^10 Feb 2026 at /);
  expect(dateAndTime(undefined)).toBe('–');
  expect(dueText(new Date(2026, 1, 10, 17, 0).toISOString(), now)).toBe('due today at 5:00\u00a0pm');
  expect(dueText(new Date(2026, 1, 9, 17, 0).toISOString(), now)).toBe('overdue since yesterday at 5:00\u00a0pm');
});

it('says how long ago something was done', () => {
  expect(timeAgo(new Date(2026, 1, 10, 8, 59, 30).toISOString(), now)).toBe('just now');
  expect(timeAgo(new Date(2026, 1, 10, 8, 30).toISOString(), now)).toBe('30 min ago');
  expect(timeAgo(new Date(2026, 1, 10, 4, 0).toISOString(), now)).toBe('5 h ago');
});

it('counts age with and without a full birth date', () => {
  expect(ageOf('1979-02-11', now)).toBe(46);
  expect(ageOf('1979-02-10', now)).toBe(47);
  expect(ageOf('1979', now)).toBe(47);
  expect(ageOf(undefined, now)).toBeUndefined();
  expect(ageAndGender('1979', 'unknown', now)).toBe('47 y');
});

it('says factors with their values', () => {
  expect(factorPhrase('crisis-calls', 6, '')).toBe('6 crisis calls in 30 days');
  expect(factorPhrase('crisis-calls', 1, '')).toBe('1 crisis call in 30 days');
  expect(factorPhrase('medication-adherence', 25, '')).toBe('25\u00a0% adherence');
  expect(factorPhrase('news-2', 4, 'NEWS2')).toBe('NEWS2: 4');
  expect(factorPhrase('phq-9', undefined, 'PHQ-9 total')).toBe('PHQ-9 total');
  expect(factorValue('days-since-seen', 52, 'd')).toBe('52 days');
  expect(factorValue('phq-9', undefined, undefined)).toBe('not known');
});

it('signs points', () => {
  expect(pointsText(36)).toBe('+36');
  expect(pointsText(-4.46)).toBe('−4.5');
  expect(pointsText(0)).toBe('0');
});

it('greets by the hour', () => {
  expect(greeting(now)).toBe('Good morning');
  expect(greeting(new Date(2026, 1, 10, 19))).toBe('Good evening');
});

describe('in the clinic’s time', () => {
  afterEach(() => keepClinicTime(undefined));

  it('says days, hours, ages and greetings of the clinic, and leaves calendar days alone', () => {
    keepClinicTime('America/New_York');
    const late = new Date('2026-02-11T03:30:00Z');
    expect(dayAndTime('2026-02-11T04:15:00Z', late)).toBe('today at 11:15\u00a0pm');
    expect(longDate(late).replace(',', '')).toBe('Tuesday 10 February 2026');
    expect(greeting(late)).toBe('Good evening');
    expect(ageOf('1979-02-11', late)).toBe(46);
    expect(daysAgoOf('2025-12-20', late)).toBe('52 days ago');
    expect(shortDate('2026-02-10')).toBe('10 Feb 2026');
    expect(daysAgoOf('2026-02-11T02:00:00Z', late)).toBe('today');
  });
});
