import type { AuditEvent, Parameters } from '@medplum/fhirtypes';
import { parametersOf } from './parameter-parts.ts';

/** One access as the audit shows it. */
export interface AuditLine {
  readonly id: string;
  readonly at?: string;
  /** Reference of who did it. */
  readonly agent: string;
  readonly agentName?: string;
  /** "Read", "Searched Observation", "Called $everything". */
  readonly what: string;
  /** References of the records and patients that it touched. */
  readonly records: readonly string[];
  /** Purpose, such as BTG. */
  readonly purpose?: string;
  readonly refused: boolean;
}

const WORDS: Readonly<Record<string, string>> = {
  read: 'Read',
  vread: 'Read a version',
  'search-type': 'Searched',
  'search-system': 'Searched',
  'history-instance': 'Read the history',
  'history-type': 'Read the history',
  'history-system': 'Read the history',
  create: 'Created',
  update: 'Changed',
  patch: 'Changed',
  delete: 'Deleted',
  login: 'Signed in',
  logout: 'Signed out',
  token: 'Got access for an app',
  run: 'Ran',
  operation: 'Called',
};

/** What was done, and for what was searched, as a person says it; a code that is not known stays as it is. */
function doneWords(event: AuditEvent): string {
  const [subtype] = event.subtype ?? [];
  const code = subtype?.code ?? event.type?.code ?? 'access';
  const operation = subtype?.display?.startsWith('$') ? subtype.display : undefined;
  const kinds = code.startsWith('search') ? (event.entity ?? []).flatMap(({ name }) => name ?? []) : [];
  return [WORDS[code] ?? code, operation, kinds.join(', ')].filter(Boolean).join(' ');
}

/** What the screens show of an AuditEvent. Total: works on the emptiest one. */
export function auditLine(event: AuditEvent): AuditLine {
  const agent = event.agent?.find((each) => each.requestor) ?? event.agent?.[0];
  const references = (event.entity ?? []).flatMap((entity) => entity.what?.reference ?? []);
  return {
    id: event.id ?? '',
    at: event.recorded,
    agent: agent?.who?.reference ?? '',
    agentName: agent?.who?.display,
    what: doneWords(event),
    records: [...new Set(references)],
    purpose: event.purposeOfEvent?.[0]?.coding?.[0]?.code ?? agent?.purposeOfUse?.[0]?.coding?.[0]?.code,
    refused: event.outcome !== undefined && event.outcome !== '0',
  };
}

/** Somebody's accesses of one kind to a patient's records, counted. */
export interface ChartAccess {
  readonly key: string;
  readonly agent: string;
  readonly onBehalfOf?: string;
  readonly client?: string;
  readonly purpose?: string;
  readonly interaction: string;
  readonly type: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

/** Reads the answer of `Patient/{id}/$disclosures`: who saw or changed a chart. */
export function chartAccesses(parameters: Parameters): readonly ChartAccess[] {
  return parametersOf(parameters)
    .all('access')
    .map((one, index) => ({
      key: String(index),
      agent: one.text('agent') ?? one.reference('agent')?.display ?? 'unknown',
      onBehalfOf: one.text('onBehalfOf'),
      client: one.text('client'),
      purpose: one.text('purpose'),
      interaction: one.text('interaction') ?? '',
      type: one.text('type') ?? '',
      count: one.number('count') ?? 0,
      first: one.text('first') ?? '',
      last: one.text('last') ?? '',
    }));
}

/** Everything that one person, bot or app did with a chart. */
export interface ChartViewer {
  readonly agent: string;
  readonly count: number;
  readonly kinds: readonly string[];
  readonly types: readonly string[];
  readonly emergency: boolean;
  readonly last: string;
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values.filter(Boolean))].sort();
}

/** The accesses to a chart by whoever made them, the latest first. */
export function chartViewers(accesses: readonly ChartAccess[]): readonly ChartViewer[] {
  const byAgent = Map.groupBy(accesses, (access) => access.agent);
  return [...byAgent]
    .map(([agent, own]) => ({
      agent,
      count: own.reduce((sum, access) => sum + access.count, 0),
      kinds: sorted(own.map((access) => access.interaction.replace('-type', ''))),
      types: sorted(own.map((access) => access.type)),
      emergency: own.some((access) => access.purpose === 'BTG'),
      last:
        own
          .map((access) => access.last)
          .sort()
          .at(-1) ?? '',
    }))
    .sort((a, b) => b.last.localeCompare(a.last));
}
