import { Button } from '@mantine/core';
import type { JSX } from 'react';
import { filterWorklist, sortWorklist, useNow, usePractitionerNames } from '../../client/index.ts';
import { Card, EmptyState, ErrorState, ListSkeleton } from '../../ui/index.ts';
import classes from './dashboard.module.css';
import type { Worklist } from './use-worklist.ts';
import { useWorklistFilter, WorklistFilters } from './worklist-filters.tsx';
import type { PatientPath } from './worklist-list.tsx';
import { WorklistList } from './worklist-list.tsx';

/** The list of patients with search, filters and order; its states are designed. */
export function PatientWorklist(props: { title: string; worklist: Worklist; path: PatientPath }): JSX.Element {
  const { worklist } = props;
  const filters = useWorklistFilter();
  const names = usePractitionerNames();
  const now = useNow();
  const rows = sortWorklist(filterWorklist(worklist.rows, filters.filter), filters.sort);
  const managers = worklist.caseManagers
    .map((id) => ({ id, name: names.get(id) ?? 'Case manager' }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <Card flush>
      <div className={classes.listTop}>
        <h2>
          {props.title}{' '}
          {worklist.state === 'ready' ? (
            <span className={`${classes.count} mb-numbers`} data-testid="row-count">
              {rows.length === worklist.rows.length ? rows.length : `${rows.length} of ${worklist.rows.length}`}
            </span>
          ) : null}
        </h2>
        <WorklistFilters caseManagers={managers} value={filters} />
      </div>
      {worklist.state === 'loading' ? <ListSkeleton label="Patients are loading" rows={8} /> : null}
      {worklist.state === 'failed' && worklist.problem ? (
        <ErrorState problem={worklist.problem} onRetry={worklist.reload} />
      ) : null}
      {worklist.state === 'ready' && rows.length > 0 ? (
        <WorklistList
          rows={rows}
          path={props.path}
          changed={worklist.changed}
          managers={managers.length > 1 ? names : new Map()}
          now={now}
        />
      ) : null}
      {worklist.state === 'ready' && rows.length === 0 && worklist.rows.length > 0 ? (
        <EmptyState
          title="No patient matches"
          action={
            <Button variant="light" onClick={filters.clear}>
              Show all patients
            </Button>
          }
        >
          Nobody on your list fits what you searched for.
        </EmptyState>
      ) : null}
      {worklist.state === 'ready' && worklist.rows.length === 0 ? (
        <EmptyState title="No patients yet">Patients appear here as soon as they are assigned to you.</EmptyState>
      ) : null}
    </Card>
  );
}
