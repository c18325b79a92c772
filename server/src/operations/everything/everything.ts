import { gone, invalid, type StoredResource } from '../../fhir/index.ts';
import type {
  Operation,
  OperationPage,
  OperationRequest,
  OperationResponse,
  Repository,
} from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';
import { instantOf, isLenient, operationParameters, refuseUnknown } from '../parameters.ts';
import { careSpanOf, isWithin } from './care-dates.ts';

/** What $everything needs from the house. */
export interface EverythingDependencies {
  readonly search: Search;
  /** Resource types of the patient compartment. @see https://hl7.org/fhir/R4/compartmentdefinition-patient.html */
  readonly compartmentTypes: readonly string[];
}

const DEFAULT_COUNT = 500;
const MAX_COUNT = 1000;
/** Types that stand outside the compartment and explain what is in it. */
const RELATED =
  /"reference":"((?:Practitioner|PractitionerRole|Organization|Location|Medication|Device)\/[A-Za-z0-9\-.]{1,64})"/g;

const KNOWN = ['start', 'end', '_type', '_since', '_count', '_cursor'];

/** What was asked for, in the URL or in a Parameters body. @throws FhirError 400 that names what is not known. */
function wishes(request: OperationRequest): URLSearchParams {
  const pairs = operationParameters(request);
  if (!isLenient(request)) {
    refuseUnknown(pairs, KNOWN);
  }
  const asked = new URLSearchParams();
  for (const [name, value] of pairs.filter(([known]) => KNOWN.includes(known))) {
    asked.append(name, value);
  }
  return asked;
}

function searchOf(asked: URLSearchParams, types: readonly string[], id: string): URLSearchParams {
  const params = new URLSearchParams();
  const wanted = asked.getAll('_type').flatMap((value) => value.split(','));
  const unknown = wanted.find((type) => !types.includes(type));
  if (unknown !== undefined) {
    throw invalid('type', `_type names ${unknown.slice(0, 64)}, which is not in the patient compartment`, '_type');
  }
  params.set('_type', (wanted.length > 0 ? wanted : types).join(','));
  params.set('_inCompartment', `Patient/${id}`);
  const since = asked.get('_since');
  if (since !== null) {
    params.set('_lastUpdated', `ge${instantOf('_since', since).toISOString()}`);
  }
  for (const name of ['_count', '_cursor']) {
    const value = asked.get(name);
    if (value !== null) {
      params.set(name, value);
    }
  }
  return params;
}

/** Who and what the page's resources point to outside the compartment, each once. */
async function relatedTo(repository: Repository, entries: readonly StoredResource[]): Promise<StoredResource[]> {
  const references = new Set<string>();
  for (const stored of entries) {
    for (const match of stored.json.matchAll(RELATED)) {
      references.add(match[1] as string);
    }
  }
  return repository.readStoredAll([...references]);
}

async function everything(dependencies: EverythingDependencies, request: OperationRequest): Promise<OperationResponse> {
  const { search, compartmentTypes } = dependencies;
  const id = request.id as string;
  const patient = await request.repository.readStored('Patient', id);
  if (patient.deleted) {
    throw gone();
  }
  const asked = wishes(request);
  const span = careSpanOf(asked);
  const params = searchOf(asked, compartmentTypes, id);
  const query = search.parse(undefined, params, {
    handling: 'strict',
    defaultCount: DEFAULT_COUNT,
    maxCount: MAX_COUNT,
  });
  const page = await request.repository.searchPage(query);
  const all = page.entries.map((entry) => entry.stored);
  const matches = span ? all.filter(({ json }) => isWithin(json, span)) : all;
  const related = await relatedTo(request.repository, matches);
  const entries: OperationPage['entries'] = [
    ...matches.map((stored) => ({ stored, mode: 'match' as const })),
    ...related.map((stored) => ({ stored, mode: 'include' as const })),
  ];
  if (page.next === undefined) {
    return { page: { entries } };
  }
  const next = new URLSearchParams(asked);
  next.set('_cursor', page.next);
  return { page: { entries, next } };
}

/**
 * `Patient/[id]/$everything`: the whole compartment that the caller may see, in pages of stored text; `start`, `end`,
 * `_since`, `_type` and `_count` as the specification has them. A page may hold less than `_count` where dates of care are
 * asked for; the links lead on. Memory does not grow with the chart.
 * @see https://hl7.org/fhir/R4/patient-operation-everything.html
 */
export function everythingOperation(dependencies: EverythingDependencies): Operation {
  return {
    name: '$everything',
    level: 'instance',
    types: ['Patient'],
    methods: ['GET', 'POST'],
    definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
    handle: (request) => everything(dependencies, request),
  };
}
