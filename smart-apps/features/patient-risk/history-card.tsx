import { bandThreshold } from '@mindbridge/fhir-profiles';
import type { JSX } from 'react';
import type { Assessment } from '../../client/index.ts';
import { bandOfScore } from '../../client/index.ts';
import { bandWord, Card, clockTime, LineChart, shortDate } from '../../ui/index.ts';

const MARKS = [
  { value: bandThreshold.critical, label: 'Critical', color: 'var(--mb-critical-line)' },
  { value: bandThreshold.high, label: 'High', color: 'var(--mb-high-line)' },
  { value: bandThreshold.medium, label: 'Medium', color: 'var(--mb-medium-line)' },
];

/** A clinic may let its bands begin elsewhere: then the standard marks would mislead. */
function isStandard({ score, band }: Assessment): boolean {
  return score === undefined || band === 'unknown' || band === bandOfScore(score);
}

/** Every assessment of the patient over time. */
export function HistoryCard({ assessments }: { assessments: readonly Assessment[] }): JSX.Element {
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
        marks={assessments.every(isStandard) ? MARKS : []}
        color="var(--mb-accent)"
        valueName="Score"
      />
    </Card>
  );
}
