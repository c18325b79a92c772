const FIRST_MS = 250;
/** Longest time in ms between two attempts: an hour. */
export const MOST_MS = 3600 * 1000;

/**
 * Time in ms until the next attempt: doubling from 250 ms to 1 h, between half and the whole of it at random, so that
 * receivers that were down are not met by everybody at once.
 */
export function backoffMs(attemptsBefore: number, random: () => number): number {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attemptsBefore, 30));
  return Math.round(whole * (0.5 + random() / 2));
}
