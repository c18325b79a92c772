import type { JSX } from 'react';
import type { Band } from '../client/index.ts';

const RADIUS = 52;
const ARC = Math.PI * RADIUS;

/** The score as a half ring with the figure inside; the band's word stands beside it, never colour alone. */
export function ScoreDial({ score, band }: { score: number | undefined; band: Band }): JSX.Element {
  const share = Math.min(Math.max(score ?? 0, 0), 100) / 100;
  const text = score === undefined ? 'not scored' : `${score} out of 100`;
  return (
    <svg width="136" height="84" viewBox="0 0 136 84" role="img" aria-label={`Risk score ${text}`}>
      <path d="M16 72a52 52 0 0 1 104 0" fill="none" stroke="var(--mb-line)" strokeWidth="11" strokeLinecap="round" />
      {score === undefined ? null : (
        <path
          d="M16 72a52 52 0 0 1 104 0"
          fill="none"
          stroke={`var(--mb-${band}-line)`}
          strokeWidth="11"
          strokeLinecap="round"
          strokeDasharray={`${share * ARC} ${ARC}`}
        />
      )}
      <text
        x="68"
        y="64"
        textAnchor="middle"
        fontSize="34"
        fontWeight="700"
        fill="var(--mb-ink)"
        className="mb-numbers"
      >
        {score ?? '–'}
      </text>
      <text x="68" y="80" textAnchor="middle" fontSize="11.5" fill="var(--mb-soft)">
        out of 100
      </text>
    </svg>
  );
}
