import { NativeSelect, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useSearchParams } from 'react-router';
import type { Band, WorklistFilter, WorklistSort, WorkStatus } from '../../client/index.ts';
import classes from './dashboard.module.css';

const BANDS = [
  { value: '', label: 'All bands' },
  { value: 'high-and-critical', label: 'High and critical' },
  { value: 'critical', label: 'Critical' },
  { value: 'medium', label: 'Medium' },
  { value: 'low', label: 'Low' },
];

const STATUSES = [
  { value: '', label: 'Any work status' },
  { value: 'uncontacted', label: 'Uncontacted' },
  { value: 'in-process', label: 'In process' },
];

const SORTS = [
  { value: 'priority', label: 'By priority' },
  { value: 'name', label: 'By name' },
  { value: 'last-seen', label: 'By last seen' },
  { value: 'due', label: 'By due time' },
];

/** Filter and order of the list as the address says them, so that going back finds the list as it was. */
export function useWorklistFilter(): {
  filter: WorklistFilter;
  sort: WorklistSort;
  set: (name: string, value: string) => void;
  clear: () => void;
} {
  const [params, setParams] = useSearchParams();
  const sort = params.get('sort');
  return {
    filter: {
      band: (params.get('band') || undefined) as Band | 'high-and-critical' | undefined,
      workStatus: (params.get('status') || undefined) as WorkStatus | undefined,
      caseManager: params.get('manager') || undefined,
      text: params.get('q') || undefined,
    },
    sort: sort === 'name' || sort === 'last-seen' || sort === 'due' ? sort : 'priority',
    set: (name, value) =>
      setParams(
        () => {
          const next = new URLSearchParams(window.location.search);
          if (value) {
            next.set(name, value);
          } else {
            next.delete(name);
          }
          return next;
        },
        { replace: true },
      ),
    clear: () => setParams({}, { replace: true }),
  };
}

/** Search box and choices above the list. */
export function WorklistFilters(props: {
  caseManagers: readonly { id: string; name: string }[];
  value: ReturnType<typeof useWorklistFilter>;
}): JSX.Element {
  const { filter, sort, set } = props.value;
  return (
    <search className={classes.filters} aria-label="Patients on the list">
      <TextInput
        aria-label="Search patients by name or number"
        placeholder="Name or number"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={filter.text ?? ''}
        onChange={(event) => set('q', event.currentTarget.value)}
        type="search"
      />
      <NativeSelect
        aria-label="Risk band"
        data={BANDS}
        value={filter.band ?? ''}
        onChange={(event) => set('band', event.currentTarget.value)}
      />
      <NativeSelect
        aria-label="Work status"
        data={STATUSES}
        value={filter.workStatus ?? ''}
        onChange={(event) => set('status', event.currentTarget.value)}
      />
      {props.caseManagers.length > 1 ? (
        <NativeSelect
          aria-label="Case manager"
          data={[
            { value: '', label: 'All case managers' },
            ...props.caseManagers.map((manager) => ({ value: manager.id, label: manager.name })),
          ]}
          value={filter.caseManager ?? ''}
          onChange={(event) => set('manager', event.currentTarget.value)}
        />
      ) : null}
      <NativeSelect
        aria-label="Order"
        data={SORTS}
        value={sort}
        onChange={(event) => set('sort', event.currentTarget.value === 'priority' ? '' : event.currentTarget.value)}
      />
    </search>
  );
}
