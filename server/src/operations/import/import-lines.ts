import { createHash } from 'node:crypto';
import type { OperationOutcome, Resource } from '@medplum/fhirtypes';
import { ADMIN_TYPES, PLATFORM_TYPES } from '../../access/index.ts';
import { FhirError, invalid, isFhirId } from '../../fhir/index.ts';
import type { Repository } from '../../repository/index.ts';

/** One line that is a resource with an id. */
interface Line {
  /** Number of the line in its file, from 1. */
  readonly number: number;
  readonly resource: Resource & { readonly id: string };
}

/** What became of the lines of a piece. */
export interface ImportedLines {
  readonly lines: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: readonly OperationOutcome[];
}

/** Where a piece of input stands. */
export interface ImportPlace {
  readonly fhirUrl: string;
  readonly isResourceType: (name: string) => boolean;
  /** Makes ids for lines without one: the same ones whenever the piece is read again. */
  readonly seed: string;
  readonly file: number;
  /** Lines of the file before this piece. */
  readonly before: number;
  /** The only type that lines may have; any when empty. */
  readonly type: string;
}

/** An id that depends on the line's place alone, so that carrying on after a crash does not write it twice. */
function idOf(place: ImportPlace, number: number): string {
  const hex = createHash('sha256').update(`${place.seed} ${place.file} ${number}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** @throws FhirError 400 */
function readLine(place: ImportPlace, text: string, number: number): Line {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('import-json', 'The line is not valid JSON');
  }
  const resource = json as Resource | null;
  const type: unknown = resource?.resourceType;
  if (typeof type !== 'string' || !place.isResourceType(type) || ADMIN_TYPES.has(type) || PLATFORM_TYPES.has(type)) {
    throw invalid('import-type', 'The line must be one resource of a type that holds records', 'resourceType');
  }
  if (place.type !== '' && type !== place.type) {
    throw invalid('import-type', `Found ${type}, needed ${place.type} as the input says`, 'resourceType');
  }
  const id = resource?.id ?? idOf(place, number);
  if (!isFhirId(id)) {
    throw invalid('id-format', 'An id has 1 to 64 letters, digits, "-" or "."', `${type}.id`);
  }
  return { number, resource: { ...(resource as Resource), id } };
}

function refusal(place: ImportPlace, number: number, error: FhirError): OperationOutcome {
  const issue = error.outcome.issue.map((one) => ({
    ...one,
    details: {
      ...one.details,
      text: `Input ${place.file}, line ${number}: ${(one.details?.text ?? '').replace(/^Entry \d+: /, '')}`,
    },
    expression: one.expression?.map((path) => path.replace(/^Bundle\.entry\[\d+\]\.?/, '')),
  }));
  return { resourceType: 'OperationOutcome', issue };
}

type Outcome = 'created' | 'updated' | 'unchanged';

/** Writes lines in one transaction; where it is refused, its halves, so that only the bad lines are left out. */
async function write(
  repository: Repository,
  place: ImportPlace,
  lines: readonly Line[],
  counts: Record<Outcome, number>,
  refused: OperationOutcome[],
): Promise<void> {
  const entry = lines.map(({ resource }) => ({
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    resource,
  }));
  try {
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    const options = { baseUrl: place.fhirUrl, maxEntries: lines.length, read: async () => undefined };
    for (const { outcome } of await repository.transaction(bundle, options)) {
      counts[outcome as Outcome] += 1;
    }
  } catch (error) {
    if (!(error instanceof FhirError) || error.status >= 500) {
      throw error;
    }
    const [only, ...others] = lines;
    if (only && others.length === 0) {
      refused.push(refusal(place, only.number, error));
      return;
    }
    const half = Math.ceil(lines.length / 2);
    await write(repository, place, lines.slice(0, half), counts, refused);
    await write(repository, place, lines.slice(half), counts, refused);
  }
}

/** Writes one piece of NDJSON under the ids it names. What is refused is told with its line; the rest is kept. */
export async function importLines(repository: Repository, place: ImportPlace, text: string): Promise<ImportedLines> {
  const refused: OperationOutcome[] = [];
  const lines: Line[] = [];
  const texts = text.replace(/\r?\n$/, '').split('\n');
  for (const [index, line] of texts.entries()) {
    if (line.trim() === '') {
      continue;
    }
    const number = place.before + index + 1;
    try {
      lines.push(readLine(place, line, number));
    } catch (error) {
      if (!(error instanceof FhirError)) {
        throw error;
      }
      refused.push(refusal(place, number, error));
    }
  }
  const counts: Record<Outcome, number> = { created: 0, updated: 0, unchanged: 0 };
  if (lines.length > 0) {
    await write(repository, place, lines, counts, refused);
  }
  return { lines: texts.length, ...counts, refused };
}
