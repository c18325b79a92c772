import type { Group } from '@medplum/fhirtypes';
import { z } from 'zod';
import { ADMIN_TYPES, PLATFORM_TYPES } from '../../access/index.ts';
import { FhirError, invalid, parseReference } from '../../fhir/index.ts';
import { type OperationRequest, parseStored } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';
import { instantOf, isLenient, operationParameters, valuesOf } from '../parameters.ts';

/** What an export is asked for, as it is kept with its job. */
export const EXPORT_REQUEST = z.object({
  level: z.enum(['system', 'patient', 'group']),
  /** ISO 8601: the state of this moment is exported. */
  at: z.string(),
  types: z.array(z.string()),
  since: z.string().optional(),
  /** Criteria such as `Observation?status=final`; those of one type are alternatives. */
  filters: z.array(z.string()),
  elements: z.array(z.string()),
  /** Ids of the only patients wanted. */
  patients: z.array(z.string()).optional(),
  /** What was not understood and left out, for the error file. */
  ignored: z.array(z.string()),
});

export type ExportRequest = z.infer<typeof EXPORT_REQUEST>;

/** What reading the request needs. */
export interface ExportReading {
  readonly search: Search;
  readonly resourceTypes: readonly string[];
  /** Types of the patient compartment. */
  readonly compartmentTypes: readonly string[];
  readonly clock: () => Date;
}

const KNOWN = ['_type', '_since', '_typeFilter', '_elements', '_outputFormat', 'patient'];
/** The three spellings of the specification; a plus sign in a URL that was not encoded arrives as a space. */
const FORMATS = ['application/fhir+ndjson', 'application/fhir ndjson', 'application/ndjson', 'ndjson'];
const SHAPING = /^_(?:include|revinclude|sort|count|total|summary|elements|fields|cursor|offset)(?::|$)/;
const MAX_PATIENTS = 50_000;

type Pairs = readonly (readonly [string, string])[];

/** Does the grant open the type? Both reading and searching are needed. */
function isOpen(search: Search, request: OperationRequest, type: string): boolean {
  return (['read', 'search'] as const).every(
    (interaction) => search.accessPredicate(request.grant, type, interaction, 'r.rid') !== 'none',
  );
}

/** Types that steer access and those of the platform are no records: they are never exported. */
function isRecord(type: string): boolean {
  return !ADMIN_TYPES.has(type) && !PLATFORM_TYPES.has(type);
}

function typesOf(
  reading: ExportReading,
  request: OperationRequest,
  level: ExportRequest['level'],
  wanted: readonly string[],
): string[] {
  const possible = level === 'system' ? reading.resourceTypes : ['Patient', ...reading.compartmentTypes];
  const exported = new Set(possible.filter(isRecord));
  for (const type of wanted) {
    if (!exported.has(type)) {
      throw invalid('export-type', `_type names ${type.slice(0, 64)}, which a ${level} export does not hold`, '_type');
    }
    if (!isOpen(reading.search, request, type)) {
      const text = `You may not read ${type}`;
      throw new FhirError(
        403,
        [{ severity: 'error', code: 'forbidden', key: 'interaction-denied', text }],
        'forbidden',
      );
    }
  }
  const types =
    wanted.length > 0 ? [...new Set(wanted)] : [...exported].filter((t) => isOpen(reading.search, request, t));
  if (types.length === 0) {
    const text = 'You may not read any type that could be exported';
    throw new FhirError(403, [{ severity: 'error', code: 'forbidden', key: 'interaction-denied', text }], 'forbidden');
  }
  return types.sort();
}

/** Checks `_typeFilter` now, so that a mistake is told at once. @throws FhirError 400 */
function filtersOf(search: Search, pairs: Pairs, types: readonly string[]): string[] {
  const filters = pairs
    .filter(([name]) => name === '_typeFilter')
    .flatMap(([, value]) => value.split(/,(?=[A-Z][A-Za-z]+\?)/));
  for (const filter of filters) {
    const [type = '', criteria = ''] = filter.split(/\?(.*)/s);
    const params = new URLSearchParams(criteria);
    if (!types.includes(type) || criteria === '') {
      throw invalid('export-filter', "'_typeFilter' needs Type?criteria of a type that is exported", '_typeFilter');
    }
    const shaping = [...params.keys()].find((name) => SHAPING.test(name));
    if (shaping) {
      throw invalid('export-filter', `'_typeFilter' takes criteria only, not ${shaping.slice(0, 64)}`, '_typeFilter');
    }
    search.parse(type, params, { handling: 'strict' });
  }
  return filters;
}

function patientIds(pairs: Pairs): string[] | undefined {
  const values = valuesOf(pairs, 'patient');
  if (values.length === 0) {
    return undefined;
  }
  return values.map((value) => {
    const id = value.includes('/') ? parseReference(value) : { type: 'Patient', id: value };
    if (id?.type !== 'Patient') {
      throw invalid('export-patient', "'patient' needs references of the form Patient/id", 'patient');
    }
    return id.id;
  });
}

/** Members of the Group that are patients and active. @throws FhirError 404 for a Group the caller cannot see. */
async function groupMembers(request: OperationRequest): Promise<string[]> {
  const group = parseStored<Group>(await request.repository.readStored('Group', request.id as string));
  const ids = (group.member ?? []).flatMap((member) => {
    const reference = parseReference(member.entity?.reference);
    return reference?.type === 'Patient' && member.inactive !== true ? [reference.id] : [];
  });
  return [...new Set(ids)];
}

async function patientsOf(
  request: OperationRequest,
  level: ExportRequest['level'],
  pairs: Pairs,
): Promise<string[] | undefined> {
  const wanted = patientIds(pairs);
  if (level === 'system') {
    if (wanted) {
      throw invalid('export-patient', "'patient' belongs to Patient and Group exports", 'patient');
    }
    return undefined;
  }
  const members = level === 'group' ? await groupMembers(request) : undefined;
  const stranger = wanted?.find((id) => members && !members.includes(id));
  if (stranger) {
    throw invalid('export-patient', "'patient' names somebody who is not in the Group", 'patient');
  }
  const ids = wanted ?? members;
  if (ids && ids.length > MAX_PATIENTS) {
    throw invalid('export-patient', `An export takes at most ${MAX_PATIENTS} named patients`, 'patient');
  }
  if (wanted && !members) {
    const visible = await request.repository.readStoredAll(wanted.map((id) => `Patient/${id}`));
    if (visible.length < new Set(wanted).size) {
      throw invalid('export-patient', "'patient' names somebody who is not here", 'patient');
    }
  }
  return ids;
}

/**
 * Reads a kick-off request.
 * @throws FhirError 400 that names what is not understood, unless the handling is lenient; 403, 404.
 * @see https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters
 */
export async function readExportRequest(
  reading: ExportReading,
  request: OperationRequest,
  level: ExportRequest['level'],
): Promise<ExportRequest> {
  const all = operationParameters(request);
  const lenient = isLenient(request);
  const unknown = all.filter(([name]) => !KNOWN.includes(name)).map(([name]) => name.slice(0, 64));
  if (unknown.length > 0 && !lenient) {
    const text = `Found parameter '${unknown[0]}', needed one of ${KNOWN.join(', ')}`;
    throw invalid('export-parameter', text, unknown[0]);
  }
  const pairs = all.filter(([name]) => KNOWN.includes(name));
  const format = pairs.find(([name]) => name === '_outputFormat')?.[1];
  if (format !== undefined && !FORMATS.includes(format)) {
    throw invalid('export-format', `'_outputFormat' needs application/fhir+ndjson`, '_outputFormat');
  }
  const since = pairs.find(([name]) => name === '_since')?.[1];
  const types = typesOf(reading, request, level, valuesOf(pairs, '_type'));
  const patients = await patientsOf(request, level, pairs);
  return {
    level,
    at: reading.clock().toISOString(),
    types,
    ...(since !== undefined && { since: instantOf('_since', since).toISOString() }),
    filters: filtersOf(reading.search.forTenant(request.context.tenant), pairs, types),
    elements: valuesOf(pairs, '_elements'),
    ...(patients && { patients }),
    ignored: unknown,
  };
}
