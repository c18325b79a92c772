import type { JSX } from 'react';
import { useMemo } from 'react';
import { isHigh, otherZoneWords, queries, trend, useMe, useNow, useSearch } from '../../client/index.ts';
import { greeting, longDate } from '../../ui/index.ts';
import { AlertsCard } from './alerts-card.tsx';
import { AnalyzeAllButton, AnalyzeAllPanel, useAnalyzeAll } from './analyze-all.tsx';
import classes from './dashboard.module.css';
import { PatientWorklist } from './patient-worklist.tsx';
import { StatStrip } from './stat-strip.tsx';
import { TrendCard } from './trend-card.tsx';
import { useAnnouncedMoves } from './use-announced-moves.ts';
import { useWorklist } from './use-worklist.ts';
import type { PatientPath } from './worklist-list.tsx';

const TREND_DAYS = 30;

/** The risk dashboard: who needs me today. */
export function Dashboard({ path }: { path: PatientPath }): JSX.Element {
  const worklist = useWorklist();
  const reports = useSearch('MeasureReport', queries.bandReports, { live: queries.bandReportsLive });
  const analysis = useAnalyzeAll(worklist.rows);
  const me = useMe();
  const now = useNow();
  useAnnouncedMoves(worklist.rows);

  const days = useMemo(() => trend(reports.resources, TREND_DAYS), [reports.resources]);
  const high = worklist.rows.filter((row) => isHigh(row.band)).length;
  const dueNow = worklist.followUps.filter((task) => task.stat).length;
  const readAgain = (): void => {
    worklist.reload();
    void reports.reload();
  };
  const elsewhere = otherZoneWords(now);
  return (
    <div className={classes.page}>
      <header className={classes.top}>
        <div>
          <h1>
            {greeting(now)}
            {me.given ? `, ${me.given}` : ''}
          </h1>
          <p className={classes.date}>
            {longDate(now)}
            {elsewhere ? ` · times are the clinic’s (${elsewhere})` : ''}
          </p>
        </div>
        {worklist.state === 'failed' ? null : <AnalyzeAllButton analysis={analysis} count={worklist.rows.length} />}
      </header>
      <AlertsCard path={path} />
      <AnalyzeAllPanel analysis={analysis} rows={worklist.rows} />
      <StatStrip
        state={worklist.state}
        title={
          worklist.ownPanel ? `${me.given || 'Your'}${me.given ? '’s' : ''} assigned patients` : 'Patients you may see'
        }
        patients={worklist.rows.length}
        patientsHint={worklist.state === 'failed' ? 'Not available' : `View ${high} at high risk`}
        followUps={worklist.followUps.length}
        followUpsHint={dueNow > 0 ? `${dueNow} critical, view all` : 'View uncontacted'}
        counting={reports.state}
        counts={days.at(-1)}
        trend={<TrendCard state={reports.state} days={days} />}
      />
      <PatientWorklist
        title={worklist.ownPanel ? 'Your patients by priority' : 'Patients by priority'}
        worklist={{ ...worklist, reload: readAgain }}
        path={path}
      />
    </div>
  );
}
