import type { Observation, ObservationComponent, Parameters } from '@medplum/fhirtypes';
import { type Database, raw, sql } from '../../database/index.ts';
import { invalid } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import { type ObservationReading, observationsOf, subjectOf } from '../lastn/patient-observations.ts';
import { instantOf, operationParameters, parametersBody, refuseUnknown, valuesOf } from '../parameters.ts';
import { COUNTS, STATISTICS, STATISTICS_SYSTEM } from './statistics.ts';

/** What `$stats` needs from the house. */
export interface StatsDependencies extends ObservationReading {
  readonly database: Database;
  readonly clock: () => Date;
}

const KNOWN = ['subject', 'patient', 'code', 'system', 'coding', 'duration', 'period', 'start', 'end', 'statistic'];
const MAX_CODES = 50;

interface Wanted {
  readonly subject: { readonly type: string; readonly id: string };
  readonly codes: readonly { readonly system?: string; readonly code: string }[];
  readonly statistics: readonly string[];
  /** Instants or dates, as search takes them. */
  readonly start?: string;
  readonly end?: string;
}

type Pairs = readonly (readonly [string, string])[];

/** The structured parameters of a POST as simple ones: `coding` and `period`. */
function flattened(request: OperationRequest): { request: OperationRequest; extra: [string, string][] } {
  if (request.method !== 'POST' || request.body === undefined) {
    return { request, extra: [] };
  }
  const body = parametersBody(request.body);
  const extra: [string, string][] = [];
  const rest = (body.parameter ?? []).filter((parameter) => {
    const { valueCoding, valuePeriod } = parameter ?? {};
    if (valueCoding) {
      extra.push(['coding', `${valueCoding.system ?? ''}|${valueCoding.code ?? ''}`]);
    } else if (valuePeriod) {
      for (const end of ['start', 'end'] as const) {
        const value = valuePeriod[end];
        if (value !== undefined) {
          extra.push([end, value]);
        }
      }
    }
    return !valueCoding && !valuePeriod;
  });
  return { request: { ...request, body: { ...body, parameter: rest } }, extra };
}

function codesOf(pairs: Pairs): Wanted['codes'] {
  const system = pairs.find(([name]) => name === 'system')?.[1];
  const written = [...valuesOf(pairs, 'code'), ...valuesOf(pairs, 'coding')];
  if (written.length === 0 || written.length > MAX_CODES) {
    throw invalid('operation-parameter', `1 to ${MAX_CODES} codes are needed`, 'code');
  }
  return written.map((value) => {
    const at = value.lastIndexOf('|');
    const own = at < 0 ? system : value.slice(0, at);
    return { code: value.slice(at + 1), ...(own && { system: own }) };
  });
}

/** The bound as it was written, so that a date stands for the whole day. @throws FhirError 400 */
function checked(name: string, value: string): string {
  instantOf(name, value);
  return value;
}

function wantedOf(request: OperationRequest, now: Date): Wanted {
  const { request: simple, extra } = flattened(request);
  const pairs = [...operationParameters(simple), ...extra];
  refuseUnknown(pairs, KNOWN);
  const statistics = valuesOf(pairs, 'statistic');
  const unknown = statistics.find((name) => !STATISTICS.has(name));
  if (statistics.length === 0 || unknown !== undefined) {
    const text = `'statistic' needs some of ${[...STATISTICS.keys()].join(', ')}`;
    throw invalid('operation-parameter', text, 'statistic');
  }
  const [start, end] = ['start', 'end'].map((name) => pairs.find(([key]) => key === name)?.[1]);
  const duration = pairs.find(([name]) => name === 'duration')?.[1];
  const hours = Number(duration);
  if (duration !== undefined && !(hours > 0)) {
    throw invalid('operation-parameter', "'duration' needs a number of hours above 0", 'duration');
  }
  return {
    subject: subjectOf(pairs),
    codes: codesOf(pairs),
    statistics: [...new Set(statistics)],
    ...(start !== undefined && { start: checked('start', start) }),
    ...(duration !== undefined && { start: new Date(now.getTime() - hours * 3_600_000).toISOString() }),
    ...(end !== undefined && { end: checked('end', end) }),
  };
}

interface StatsRow {
  readonly unit: string | null;
  readonly unit_system: string | null;
  readonly unit_code: string | null;
  readonly first: number;
  readonly last: number;
  readonly [statistic: string]: unknown;
}

const columnOf = (statistic: string): string => `"${statistic}"`;

function component(statistic: string, row: StatsRow): ObservationComponent {
  const value = row[statistic];
  const unit = COUNTS.has(statistic)
    ? { unit: '1', system: 'http://unitsofmeasure.org', code: '1' }
    : {
        ...(row.unit && { unit: row.unit }),
        ...(row.unit_system && { system: row.unit_system }),
        ...(row.unit_code && { code: row.unit_code }),
      };
  const code = { coding: [{ system: STATISTICS_SYSTEM, code: statistic }] };
  if (value === null || value === undefined) {
    const system = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';
    return { code, dataAbsentReason: { coding: [{ system, code: 'not-applicable' }] } };
  }
  return { code, valueQuantity: { value: Number(value), ...unit } };
}

async function statisticsOf(
  dependencies: StatsDependencies,
  request: OperationRequest,
  wanted: Wanted,
  code: Wanted['codes'][number],
): Promise<Observation[]> {
  const token = code.system === undefined ? code.code : `${code.system}|${code.code}`;
  const criteria: [string, string][] = [
    ['code', token],
    ...(wanted.start ? [['date', `ge${wanted.start}`] as [string, string]] : []),
    ...(wanted.end ? [['date', `le${wanted.end}`] as [string, string]] : []),
  ];
  const from = await observationsOf(dependencies, request, wanted.subject, criteria);
  const columns = raw(wanted.statistics.map((name) => `${STATISTICS.get(name)} AS ${columnOf(name)}`).join(', '));
  const rows = await dependencies.database.forTenant(request.context.tenant).query<StatsRow>(
    sql`WITH o AS MATERIALIZED (SELECT s.at, r.content::json -> 'valueQuantity' AS quantity ${from}),
      v AS (SELECT at, (quantity ->> 'value')::float8 AS value, quantity ->> 'unit' AS unit, quantity ->> 'system' AS unit_system,
        quantity ->> 'code' AS unit_code FROM o)
      SELECT coalesce(unit_code, unit) AS group_unit, min(unit) AS unit, min(unit_system) AS unit_system, min(unit_code) AS unit_code,
        min(at) AS first, max(at) AS last, ${columns} FROM v GROUP BY 1 ORDER BY count(*) DESC LIMIT 20`,
  );
  return rows.map((row) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ ...(code.system && { system: code.system }), code: code.code }] },
    subject: { reference: `${wanted.subject.type}/${wanted.subject.id}` },
    ...(Math.abs(row.first) < 8.64e15 && {
      effectivePeriod: { start: new Date(row.first).toISOString(), end: new Date(row.last).toISOString() },
    }),
    component: wanted.statistics.map((statistic) => component(statistic, row)),
  }));
}

async function stats(dependencies: StatsDependencies, request: OperationRequest): Promise<OperationResponse> {
  const wanted = wantedOf(request, dependencies.clock());
  const parameter: Parameters['parameter'] = [];
  for (const code of wanted.codes) {
    for (const resource of await statisticsOf(dependencies, request, wanted, code)) {
      parameter.push({ name: 'statistics', resource });
    }
  }
  return { resource: { resourceType: 'Parameters', ...(parameter.length > 0 && { parameter }) } };
}

/**
 * `Observation/$stats`: statistics over the values of one subject's observations of some codes, computed in the database.
 * Values of different units are never mixed: each unit has a `statistics` of its own.
 * @see https://hl7.org/fhir/R4/observation-operation-stats.html
 */
export function statsOperation(dependencies: StatsDependencies): Operation {
  return {
    name: '$stats',
    level: 'type',
    types: ['Observation'],
    methods: ['GET', 'POST'],
    definition: 'http://hl7.org/fhir/OperationDefinition/Observation-stats',
    handle: (request) => stats(dependencies, request),
  };
}
