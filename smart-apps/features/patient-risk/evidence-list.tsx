import type { MedplumClient } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { Evidence } from '../../client/index.ts';
import { evidence, useMedplum } from '../../client/index.ts';
import { daysAgoOf, shortDate } from '../../ui/index.ts';
import classes from './patient-risk.module.css';

/** A record behind a factor; without `found` it may not be read, or is gone. */
interface Line {
  readonly reference: string;
  readonly found?: Evidence;
}

/** Reads the version that was used; where only the current record may be read, that one. */
async function readLine(medplum: MedplumClient, reference: string): Promise<Line> {
  const read = (path: string): Promise<Resource> => medplum.get<Resource>(medplum.fhirUrl(...path.split('/')));
  const current = reference.split('/_history/')[0] ?? reference;
  try {
    return { reference, found: evidence(await read(reference).catch(() => read(current))) };
  } catch {
    return { reference };
  }
}

/** Newest first; what cannot be read comes last. */
function byDate(a: Line, b: Line): number {
  return (b.found?.when ?? '').localeCompare(a.found?.when ?? '');
}

function useLines(basis: readonly string[], wanted: boolean): readonly Line[] | undefined {
  const medplum = useMedplum();
  const [lines, setLines] = useState<readonly Line[]>();
  const key = basis.join(' ');
  useEffect(() => {
    let current = true;
    if (wanted) {
      void Promise.all(key.split(' ').map((reference) => readLine(medplum, reference))).then((read) => {
        if (current) {
          setLines(read.sort(byDate));
        }
      });
    }
    return () => {
      current = false;
    };
  }, [medplum, key, wanted]);
  return lines;
}

function EvidenceLine({ line, now }: { line: Line; now: Date }): JSX.Element {
  if (!line.found) {
    return <li className={classes.soft}>A record that you may not read, or that is gone</li>;
  }
  const { what, value, when } = line.found;
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
  const lines = useLines(basis, open);
  if (basis.length === 0) {
    return null;
  }
  return (
    <details className={classes.evidence} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {basis.length === 1 ? 'Show the record behind it' : `Show the ${basis.length} records behind it`}
      </summary>
      <ul className={classes.evidenceList}>
        {lines ? (
          lines.map((line) => <EvidenceLine key={line.reference} line={line} now={now} />)
        ) : (
          <li className={classes.soft}>Loading…</li>
        )}
      </ul>
    </details>
  );
}
