import type { JSX } from 'react';
import type { BandCounts } from '../../client/index.ts';
import { Card, dayAndMonth, LineChart } from '../../ui/index.ts';

/** High-risk patients of the clinic on each of the last 30 days. */
export function TrendCard(props: { state: 'loading' | 'ready' | 'failed'; days: readonly BandCounts[] }): JSX.Element {
  const { state, days } = props;
  const most = Math.max(10, ...days.map((day) => day.high));
  const points = days.map((day) => ({
    label: dayAndMonth(day.day),
    value: day.high,
    note: `${day.critical} critical, ${day.medium} medium, ${day.low} low`,
  }));
  return (
    <Card title="High risk, last 30 days">
      {points.length > 1 ? (
        <LineChart
          title="Patients at high risk on each of the last 30 days"
          points={points}
          max={Math.ceil(most / 5) * 5}
          color="var(--mb-high-line)"
          valueName="High"
          height={92}
        />
      ) : (
        <p style={{ color: 'var(--mb-soft)', fontSize: '0.8125rem', margin: 0 }}>
          {state === 'failed'
            ? 'Not available'
            : `${points[0] ? `${points[0].value} today, the first day counted. ` : 'No day counted yet. '}One point is added each day; the line begins with the second.`}
        </p>
      )}
    </Card>
  );
}
