import type { JSX } from 'react';
import type { Assessment, RiskThresholds } from '../../client/index.ts';
import { riskThresholds, THRESHOLDS_QUERY, useSearch } from '../../client/index.ts';
import type { ChartMark } from '../../ui/index.ts';
import { bandWord, Card, clockTime, LineChart, shortDate } from '../../ui/index.ts';

/** Where the clinic's bands begin now. */
function marksOf({ criticalFrom, highFrom, mediumFrom }: RiskThresholds): readonly ChartMark[] {
  return [
    { value: criticalFrom, label: `Critical from ${criticalFrom}`, color: 'var(--mb-critical-line)' },
    { value: highFrom, label: `High from ${highFrom}`, color: 'var(--mb-high-line)' },
    { value: mediumFrom, label: `Medium from ${mediumFrom}`, color: 'var(--mb-medium-line)' },
  ];
}

/** Every assessment of the patient over time. */
export function HistoryCard({ assessments }: { assessments: readonly Assessment[] }): JSX.Element {
  const thresholds = useSearch('Basic', THRESHOLDS_QUERY);
  const points = assessments
    .filter((one) => one.score !== undefined)
    .map((one) => ({
      label: `${shortDate(one.at)}, ${clockTime(one.at)}`,
      value: one.score ?? 0,
      note: bandWord(one.band),
    }))
    .reverse();
  return (
    <Card title="Score over time">
      <LineChart
        title={`Risk score over ${points.length} assessments`}
        points={points}
        max={100}
        marks={thresholds.state === 'ready' ? marksOf(riskThresholds(thresholds.resources[0])) : []}
        color="var(--mb-accent)"
        valueName="Score"
      />
    </Card>
  );
}
