import { type Database, raw, sql } from '../../database/index.ts';
import { invalid, type StoredResource } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import { operationParameters } from '../parameters.ts';
import { type ObservationReading, observationsOf, subjectOf } from './patient-observations.ts';

/** What `$lastn` needs from the house. */
export interface LastnDependencies extends ObservationReading {
  readonly database: Database;
}

const MAX_PER_CODE = 100;
const MAX_ENTRIES = 1000;
const OWN = new Set(['max', 'patient', 'subject', '_count', '_sort']);

interface Row {
  readonly id: string;
  readonly version: number;
  readonly last_updated: Date;
  readonly author: string;
  readonly content: string;
}

/** Codings by system and code; an observation without any counts by its text. */
const CODES = raw(`LATERAL (
    SELECT coalesce(c ->> 'system', '') || '|' || coalesce(c ->> 'code', '') AS code FROM json_array_elements(o.code -> 'coding') AS c
    UNION ALL SELECT coalesce(o.code ->> 'text', '') WHERE o.code -> 'coding' IS NULL
  ) AS k`);

function maxOf(value: string | undefined): number {
  const max = value === undefined ? 1 : Number(value);
  if (!Number.isInteger(max) || max < 1 || max > MAX_PER_CODE) {
    throw invalid('operation-parameter', `'max' needs a whole number from 1 to ${MAX_PER_CODE}`, 'max');
  }
  return max;
}

const stored = (row: Row): StoredResource => ({
  type: 'Observation',
  id: row.id,
  version: row.version,
  lastUpdated: row.last_updated,
  deleted: false,
  author: row.author,
  json: row.content,
});

async function lastn(dependencies: LastnDependencies, request: OperationRequest): Promise<OperationResponse> {
  const pairs = operationParameters(request);
  const max = maxOf(pairs.find(([name]) => name === 'max')?.[1]);
  const criteria = pairs.filter(([name]) => !OWN.has(name));
  const from = await observationsOf(dependencies, request, subjectOf(pairs), criteria);
  const rows = await dependencies.database.forTenant(request.context.tenant).query<Row>(
    sql`WITH o AS MATERIALIZED (SELECT r.rid, s.at, r.content::json -> 'code' AS code ${from}),
      ranked AS (SELECT o.rid, k.code, o.at, row_number() OVER (PARTITION BY k.code ORDER BY o.at DESC, o.rid DESC) AS place FROM o, ${CODES}),
      kept AS (SELECT rid, min(code) AS code, max(at) AS at FROM ranked WHERE place <= ${max}::int8 GROUP BY rid)
      SELECT r.id, r.version, r.last_updated, r.author, r.content FROM kept JOIN resource r ON r.rid = kept.rid
      ORDER BY kept.code, kept.at DESC, r.rid DESC LIMIT ${MAX_ENTRIES + 1}::int8`,
  );
  if (rows.length > MAX_ENTRIES) {
    throw invalid(
      'operation-size',
      `More than ${MAX_ENTRIES} observations; name codes or a category, or a smaller max`,
    );
  }
  return {
    page: { entries: rows.map((row) => ({ stored: stored(row), mode: 'match' as const })), total: rows.length },
  };
}

/**
 * `Observation/$lastn`: the newest observations of each code of one patient, found in the database by one walk over the
 * patient's references; the chart itself does not travel.
 * @see https://hl7.org/fhir/R4/observation-operation-lastn.html
 */
export function lastnOperation(dependencies: LastnDependencies): Operation {
  return {
    name: '$lastn',
    level: 'type',
    types: ['Observation'],
    methods: ['GET', 'POST'],
    definition: 'http://hl7.org/fhir/OperationDefinition/Observation-lastn',
    handle: (request) => lastn(dependencies, request),
  };
}
