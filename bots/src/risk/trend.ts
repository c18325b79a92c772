import { daysBetween } from '../kit/index.ts';

/** What a trend is told of: the score, or an instrument. */
export type TrendTopic = 'score' | 'phq-9' | 'gad-7';

/** A value on one calendar day (`YYYY-MM-DD`) of the clinic. */
export interface DayValue {
  readonly day: string;
  readonly value: number;
}

/** How a value moved over the last weeks. */
export interface Trend {
  readonly of: TrendTopic;
  readonly direction: 'rising' | 'falling' | 'steady';
  /** Slope of the straight line through the days, in points a week, to one decimal. */
  readonly perWeek: number;
  /** Whole weeks from the first day to the last. */
  readonly weeks: number;
  /** Days with a value. */
  readonly values: number;
  /** First day. */
  readonly since: string;
}

/** How far back a trend looks, in days; fewer days or a shorter time tell of no trend. */
export const TREND_DAYS = 56;
const FEWEST_VALUES = 3;
const SHORTEST_DAYS = 7;
/** Points a week below which a value counts as steady. */
const STEADY: Readonly<Record<TrendTopic, number>> = { score: 1, 'phq-9': 0.5, 'gad-7': 0.5 };

/** The trend of values given newest first; the newest of a day counts. Undefined where there are too few to tell. */
export function trendOf(of: TrendTopic, newestFirst: readonly DayValue[], today: string): Trend | undefined {
  const days = new Map<number, number>();
  for (const { day, value } of newestFirst) {
    const ago = daysBetween(day, today);
    if (ago >= 0 && ago <= TREND_DAYS && !days.has(-ago)) {
      days.set(-ago, value);
    }
  }
  const first = Math.min(...days.keys());
  const length = Math.max(...days.keys()) - first;
  if (days.size < FEWEST_VALUES || length < SHORTEST_DAYS) {
    return undefined;
  }
  const perWeek = Math.round(slope([...days]) * 70) / 10;
  const direction = Math.abs(perWeek) < STEADY[of] ? 'steady' : perWeek > 0 ? 'rising' : 'falling';
  const since = newestFirst.find(({ day }) => daysBetween(day, today) === -first)?.day ?? today;
  return { of, direction, perWeek, weeks: Math.max(1, Math.round(length / 7)), values: days.size, since };
}

/** Least squares: points of value for each day. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (pick: 0 | 1): number => points.reduce((sum, point) => sum + point[pick], 0) / points.length;
  const [meanDay, meanValue] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, [day, value]) => sum + (day - meanDay) * (value - meanValue), 0);
  const variance = points.reduce((sum, [day]) => sum + (day - meanDay) ** 2, 0);
  return covariance / variance;
}
