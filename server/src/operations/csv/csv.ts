import type { Resource } from '@medplum/fhirtypes';
import { hiddenFields, redact } from '../../access/index.ts';
import type { Definitions } from '../../definitions/index.ts';
import { invalid, type StoredResource, tooLarge } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';
import { type CsvPath, csvLine, csvPath, valueAt } from './csv-text.ts';

/** What `$csv` needs from the house. */
export interface CsvDependencies {
  readonly search: Search;
  readonly definitions: Definitions;
}

const MAX_ROWS = 10_000;
const MAX_SIZE = 32_000_000;
const PAGE = 500;
const MAX_FIELDS = 100;
/** The client names these; the operation does without. */
const OWN = new Set(['_fields', '_format', '_pretty', '_cursor', '_count', '_total', '_summary', '_elements']);

/** Without `_fields`: the id, the time, and the simple elements of the type. */
function usualFields(definitions: Definitions, type: string): string[] {
  const names = [...(definitions.type(type)?.properties.values() ?? [])]
    .filter((property) => property.primitive && !['id', 'implicitRules', 'language'].includes(property.name))
    .map((property) => property.name);
  return ['id', 'meta.lastUpdated', ...names];
}

function pathsOf(definitions: Definitions, type: string, written: string | null): CsvPath[] {
  const names = written === null ? usualFields(definitions, type) : written.split(',').map((name) => name.trim());
  if (names.length > MAX_FIELDS) {
    throw invalid('csv-fields', `'_fields' takes at most ${MAX_FIELDS} fields`, '_fields');
  }
  return names.map((name) => {
    const path = csvPath(name.startsWith(`${type}.`) ? name.slice(type.length + 1) : name);
    if (!path) {
      throw invalid('csv-fields', "'_fields' needs element paths such as id,name.family,birthDate", '_fields');
    }
    return path;
  });
}

async function csv({ search, definitions }: CsvDependencies, request: OperationRequest): Promise<OperationResponse> {
  const type = request.resourceType as string;
  const paths = pathsOf(definitions, type, request.query.get('_fields'));
  const params = new URLSearchParams([...request.query].filter(([name]) => !OWN.has(name)));
  params.set('_count', String(PAGE));
  const hidden = hiddenFields(request.grant, type);
  const row = ({ json }: StoredResource): string => {
    const resource = redact(JSON.parse(json) as Resource, hidden);
    return csvLine(paths.map((path) => valueAt(resource, path)));
  };
  const lines = [csvLine(paths.map((path) => path.text))];
  let size = 0;
  for (;;) {
    const query = search.forTenant(request.context.tenant).parse(type, params, { handling: 'strict', maxCount: PAGE });
    const page = await request.repository.searchPage(query);
    for (const { stored, mode } of page.entries) {
      if (mode === 'match') {
        const line = row(stored);
        size += line.length;
        lines.push(line);
      }
    }
    if (page.next === undefined) {
      break;
    }
    if (lines.length > MAX_ROWS || size > MAX_SIZE) {
      throw tooLarge(
        'csv-size',
        `More than ${MAX_ROWS} rows or ${MAX_SIZE} characters; narrow the search, or use $export`,
      );
    }
    params.set('_cursor', page.next);
  }
  const headers = { 'Content-Disposition': `attachment; filename="${type}.csv"`, 'X-Content-Type-Options': 'nosniff' };
  return { headers, raw: { contentType: 'text/csv; charset=utf-8', body: lines.join('') } };
}

/** `[type]/$csv?_fields=…&criteria`: a search as CSV (RFC 4180), safe to open in a spreadsheet. */
export function csvOperation(dependencies: CsvDependencies): Operation {
  return {
    name: '$csv',
    level: 'type',
    types: ['*'],
    methods: ['GET'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/csv',
    handle: (request) => csv(dependencies, request),
  };
}
