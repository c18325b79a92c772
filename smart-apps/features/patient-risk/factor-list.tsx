import type { JSX } from 'react';
import type { Assessment, Factor } from '../../client/index.ts';
import { Card, factorValue, pointsText } from '../../ui/index.ts';
import { EvidenceList } from './evidence-list.tsx';
import classes from './patient-risk.module.css';

/** Points beyond which a bar is full. */
const FULL = 40;

const STATE_WORD = { known: '', stale: 'out of date', unknown: 'not known' } as const;

function FactorRow({ factor, now }: { factor: Factor; now: Date }): JSX.Element {
  const width = `${Math.min(100, (Math.abs(factor.points) / FULL) * 100)}%`;
  const value = factor.text ?? factorValue(factor.code, factor.value?.value, factor.value?.unit ?? factor.value?.code);
  const isRule = factor.code === 'cap' || factor.code === 'floor' || factor.code === 'rounding';
  return (
    <li className={classes.factor} data-factor={factor.code}>
      <div className={classes.factorLine}>
        <span className={classes.factorName}>
          {factor.label}
          {factor.state === 'known' ? null : <span className={classes.state}>{STATE_WORD[factor.state]}</span>}
        </span>
        <span className={`${classes.factorValue} mb-numbers`}>{isRule ? '' : value}</span>
        <span className={classes.track} aria-hidden="true">
          <span className={`${classes.fill} ${factor.points < 0 ? classes.fillMinus : ''}`} style={{ width }} />
        </span>
        <span className={`${classes.points} mb-numbers`}>
          {pointsText(factor.points)}
          <span className="mb-hidden"> points</span>
        </span>
      </div>
      <EvidenceList basis={factor.basis} now={now} />
    </li>
  );
}

/** Every factor of the score with value, points and the records behind it; the points add up to the score. */
export function FactorList({ latest, now }: { latest: Assessment; now: Date }): JSX.Element {
  const isSilent = (factor: Factor): boolean => factor.state === 'unknown' && factor.points === 0;
  const order = latest.factors.filter((factor) => !isSilent(factor)).sort((a, b) => b.points - a.points);
  const silent = latest.factors.filter(isSilent).map((factor) => factor.label);
  return (
    <Card title="What makes up the score">
      <ul className={classes.factors}>
        {order.map((factor, index) => (
          <FactorRow key={`${factor.code}-${String(index)}`} factor={factor} now={now} />
        ))}
      </ul>
      <div className={`${classes.total} mb-numbers`}>
        <span>Score</span>
        <span>{latest.score ?? '–'}</span>
      </div>
      {silent.length > 0 ? (
        <p className={classes.intended}>Not known: {silent.join(', ')}. What is not known never lowers a score.</p>
      ) : null}
    </Card>
  );
}
