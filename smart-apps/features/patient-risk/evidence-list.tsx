import type { Resource } from '@medplum/fhirtypes';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import { evidence, useMedplum } from '../../client/index.ts';
import { daysAgoOf, shortDate } from '../../ui/index.ts';
import classes from './patient-risk.module.css';

/** Reads the version that was used; where only the current record may be read, that one. */
function useBasis(reference: string, wanted: boolean): Resource | 'loading' | 'unreadable' {
  const medplum = useMedplum();
  const [found, setFound] = useState<Resource | 'loading' | 'unreadable'>('loading');
  useEffect(() => {
    if (!wanted) {
      return;
    }
    const read = (path: string): Promise<Resource> => medplum.get<Resource>(medplum.fhirUrl(...path.split('/')));
    const current = reference.split('/_history/')[0] ?? reference;
    read(reference)
      .catch(() => read(current))
      .then(setFound)
      .catch(() => setFound('unreadable'));
  }, [medplum, reference, wanted]);
  return found;
}

function EvidenceLine({ reference, wanted, now }: { reference: string; wanted: boolean; now: Date }): JSX.Element {
  const found = useBasis(reference, wanted);
  if (found === 'loading') {
    return <li className={classes.soft}>Loading…</li>;
  }
  if (found === 'unreadable') {
    return <li className={classes.soft}>A record that you may not read, or that is gone</li>;
  }
  const { what, value, when } = evidence(found);
  return (
    <li>
      <strong>{what}</strong>
      {value ? `: ${value}` : ''}{' '}
      <span className={classes.soft}>
        {shortDate(when)}
        {when ? `, ${daysAgoOf(when, now)}` : ''}
      </span>
    </li>
  );
}

/** The records behind a factor, read when somebody opens the list. */
export function EvidenceList({ basis, now }: { basis: readonly string[]; now: Date }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (basis.length === 0) {
    return null;
  }
  return (
    <details className={classes.evidence} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {basis.length === 1 ? 'Show the record behind it' : `Show the ${basis.length} records behind it`}
      </summary>
      <ul className={classes.evidenceList}>
        {basis.map((reference) => (
          <EvidenceLine key={reference} reference={reference} wanted={open} now={now} />
        ))}
      </ul>
    </details>
  );
}
