import type { AuditEvent, Bundle, Parameters } from '@medplum/fhirtypes';
import { useEffect, useState } from 'react';
import type { AuditLine, ChartAccess, Problem } from '../../client/index.ts';
import { auditLine, chartAccesses, problemOf, useMedplum } from '../../client/index.ts';

/** What is looked for in the audit. */
export interface AuditQuestion {
  /** Id of the patient whose chart it is about. */
  readonly patient: string;
  /** Reference of the person who did it. */
  readonly agent: string;
  /** First day, `YYYY-MM-DD`. */
  readonly from: string;
  /** Only what was refused. */
  readonly refused: boolean;
  /** Only emergency access. */
  readonly emergency: boolean;
}

/** The answer, page by page. */
export interface Audit {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly lines: readonly AuditLine[];
  /** Who saw the chart, when a patient is asked for. */
  readonly accesses: readonly ChartAccess[];
  readonly problem?: Problem;
  readonly more?: () => void;
}

function searchOf({ patient, agent, from, refused }: AuditQuestion): string {
  const query = new URLSearchParams({ _sort: '-date', _count: '50' });
  for (const [name, value] of [
    ['patient', patient],
    ['agent', agent],
    ['date', from && `ge${from}`],
    ['outcome', refused ? '4,8,12' : ''],
  ]) {
    if (name && value) {
      query.set(name, value);
    }
  }
  return query.toString();
}

function nextOf(bundle: Bundle): string | undefined {
  return bundle.link?.find((link) => link.relation === 'next')?.url;
}

function linesOf(bundle: Bundle<AuditEvent>): AuditLine[] {
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource ? [auditLine(resource)] : []));
}

/** Asks the audit; whoever may not see it gets told so. */
export function useAudit(question: AuditQuestion): Audit {
  const medplum = useMedplum();
  const [state, setState] = useState<Audit['state']>('loading');
  const [lines, setLines] = useState<readonly AuditLine[]>([]);
  const [accesses, setAccesses] = useState<readonly ChartAccess[]>([]);
  const [next, setNext] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const search = searchOf(question);
  const { patient } = question;

  useEffect(() => {
    let current = true;
    const disclosures = patient
      ? medplum
          .get<Parameters>(medplum.fhirUrl('Patient', patient, '$disclosures'), { cache: 'no-cache' })
          .then(chartAccesses)
      : Promise.resolve([]);
    const events = medplum.get<Bundle<AuditEvent>>(medplum.fhirSearchUrl('AuditEvent', search), { cache: 'no-cache' });
    setState('loading');
    Promise.all([events, disclosures]).then(
      ([bundle, seen]) => {
        if (current) {
          setLines(linesOf(bundle));
          setNext(nextOf(bundle));
          setAccesses(seen);
          setState('ready');
        }
      },
      (error: unknown) => {
        if (current) {
          setProblem(problemOf(error));
          setState('failed');
        }
      },
    );
    return () => {
      current = false;
    };
  }, [medplum, search, patient]);

  const more = async (url: string): Promise<void> => {
    try {
      const bundle = await medplum.get<Bundle<AuditEvent>>(url, { cache: 'no-cache' });
      setLines((known) => [...known, ...linesOf(bundle)]);
      setNext(nextOf(bundle));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const wanted = question.emergency ? lines.filter((line) => line.purpose === 'BTG') : lines;
  return { state, lines: wanted, accesses, problem, ...(next && { more: () => void more(next) }) };
}
