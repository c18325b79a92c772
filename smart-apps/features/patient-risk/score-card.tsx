import { IconSparkles } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Assessment, Band, PatientCard, RiskScore } from '../../client/index.ts';
import { lastSeenDay } from '../../client/index.ts';
import { BandBadge, Card, daysAgoOf, ScoreDial, shortDate, timeAgo } from '../../ui/index.ts';
import classes from './patient-risk.module.css';

const NOT_SCORED = 'This patient has not been scored yet. The score is made as soon as a risk factor is recorded.';
const CLOSED = 'What the score is made of is not open to your role. Ask the case manager or the physician.';

function lastSeenText(latest: Assessment | undefined, now: Date): string {
  const days = latest?.factors.find((factor) => factor.code === 'days-since-seen')?.value?.value;
  const day = lastSeenDay(latest?.at, days);
  return day ? `${daysAgoOf(day, now)} (${shortDate(day)})` : 'not documented';
}

/** Score, band and recommendation, with who made them and what they are meant for. */
export function ScoreCard(props: {
  patient: PatientCard;
  score?: RiskScore;
  latest?: Assessment;
  closed: boolean;
  caseManager?: string;
  now: Date;
}): JSX.Element {
  const { latest, score, now } = props;
  const value = latest?.score ?? score?.score;
  const band: Band = latest?.band ?? score?.band ?? 'unknown';
  return (
    <Card className={classes.first}>
      <div className={classes.score}>
        <ScoreDial score={value} band={band} />
        <div className={classes.scoreText}>
          <div style={{ display: 'flex', gap: 10, alignItems: 'center', flexWrap: 'wrap' }} data-testid="patient-band">
            <BandBadge band={band} size="large" />
            <span className={classes.label}>
              <IconSparkles size={14} aria-hidden /> AI-assisted
            </span>
          </div>
          <p className={classes.recommendation}>{latest?.recommendation ?? (props.closed ? CLOSED : NOT_SCORED)}</p>
        </div>
      </div>
      <dl className={classes.facts}>
        {props.closed ? null : (
          <div>
            <dt>Last seen</dt>
            <dd data-testid="last-seen">{lastSeenText(latest, now)}</dd>
          </div>
        )}
        <div>
          <dt>Scored</dt>
          <dd>{timeAgo(latest?.at ?? score?.at, now)}</dd>
        </div>
        <div>
          <dt>Case manager</dt>
          <dd>{props.caseManager ?? 'not assigned'}</dd>
        </div>
      </dl>
      <p className={classes.intended}>
        Intended use: helps a case manager decide whom to contact first. It is calculated from{' '}
        {props.closed ? 'the patient’s records' : 'the records shown below'}, does not diagnose, and does not replace
        clinical judgement.
      </p>
    </Card>
  );
}
