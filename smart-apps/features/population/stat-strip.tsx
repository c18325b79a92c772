import { Skeleton } from '@mantine/core';
import type { JSX, ReactNode } from 'react';
import { Link } from 'react-router';
import type { BandCounts } from '../../client/index.ts';
import { BandBadge, Card } from '../../ui/index.ts';
import classes from './stat-strip.module.css';

/** A figure that leads to the patients it counts. */
function Figure(props: { label: string; value: ReactNode; hint: string; to: string; testId: string }): JSX.Element {
  return (
    <Card>
      <p className={classes.label}>{props.label}</p>
      <p className={`${classes.figure} mb-numbers`} data-testid={props.testId}>
        {props.value}
      </p>
      <Link className={classes.link} to={props.to} replace>
        {props.hint}
      </Link>
    </Card>
  );
}

const BANDS = ['high', 'medium', 'low'] as const;

function Bands({ counts }: { counts: BandCounts }): JSX.Element {
  return (
    <>
      <ul className={classes.bands}>
        {BANDS.map((band) => (
          <li key={band}>
            <BandBadge band={band} />
            <div className={`${classes.bandFigure} mb-numbers`} data-testid={`clinic-${band}`}>
              {counts[band]}
            </div>
          </li>
        ))}
      </ul>
      <div className={classes.bar} aria-hidden="true">
        {BANDS.map((band) => (
          <span key={band} style={{ flex: counts[band], background: `var(--mb-${band}-line)` }} />
        ))}
      </div>
    </>
  );
}

function bandsHint(counts: BandCounts): string {
  return counts.critical > 0
    ? `${counts.total} patients; ${counts.critical} of the high ${counts.critical === 1 ? 'is' : 'are'} critical`
    : `${counts.total} patients`;
}

const COUNTING = { loading: '', ready: 'Not counted yet today', failed: 'Not available' } as const;

/** The figures of the morning: one's patients, today's follow-ups, the clinic by band, and where it is heading. */
export function StatStrip(props: {
  /** `failed` shows dashes: nothing is known, which is not the same as nobody. */
  state: 'loading' | 'ready' | 'failed';
  title: string;
  patients: number;
  patientsHint: string;
  followUps: number;
  followUpsHint: string;
  /** How the count of the clinic's bands stands. */
  counting: 'loading' | 'ready' | 'failed';
  counts?: BandCounts;
  trend: ReactNode;
}): JSX.Element {
  const value = (count: number): ReactNode => {
    const known = props.state === 'failed' ? '–' : count;
    return props.state === 'loading' ? <Skeleton height={34} width={64} /> : known;
  };
  return (
    <div className={classes.strip}>
      <Figure
        label={props.title}
        value={value(props.patients)}
        hint={props.patientsHint}
        to="?band=high-and-critical"
        testId="assigned-count"
      />
      <Figure
        label="Today’s follow-ups required"
        value={value(props.followUps)}
        hint={props.followUpsHint}
        to="?status=uncontacted"
        testId="follow-up-count"
      />
      <div className={classes.wide}>
        <Card>
          <p className={classes.label}>Whole clinic by risk band</p>
          {props.counts ? (
            <Bands counts={props.counts} />
          ) : (
            <Skeleton height={56} mt={10} mb={10} animate={props.counting === 'loading'} />
          )}
          <p className={classes.hint}>{props.counts ? bandsHint(props.counts) : COUNTING[props.counting]}</p>
        </Card>
      </div>
      <div className={classes.wide}>{props.trend}</div>
    </div>
  );
}
