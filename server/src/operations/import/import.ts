import { forbidden } from '../../fhir/index.ts';
import type { AllowList } from '../../outbound/index.ts';
import type { JobQueue, Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import { kickOff } from '../kick-off.ts';
import { readImportInput } from './import-input.ts';

/** What the kick-off of an import needs from the house. */
export interface ImportDependencies {
  readonly queue: JobQueue;
  /** FHIR base with a trailing slash. */
  readonly fhirUrl: string;
  /** Addresses that may be fetched from. */
  readonly allow: AllowList;
  readonly clock: () => Date;
}

async function start(dependencies: ImportDependencies, request: OperationRequest): Promise<OperationResponse> {
  if (!request.grant.extendedMode && !request.grant.system) {
    throw forbidden('import-denied', 'Importing keeps ids, which only project admins and trusted clients may choose');
  }
  const { chunks, sources } = readImportInput(dependencies.allow, request);
  return kickOff(dependencies.queue, {
    kind: 'import',
    context: request.context,
    grant: request.grant,
    url: `${dependencies.fhirUrl}$import`,
    request: { at: dependencies.clock().toISOString(), sources },
    input: chunks,
  });
}

/**
 * `$import` of NDJSON: as the body, inside Parameters, or from addresses that the server may fetch from. Ids are kept; what
 * is refused is told by line in the error file of the manifest.
 * @see https://github.com/smart-on-fhir/bulk-import/blob/master/import.md
 */
export function importOperation(dependencies: ImportDependencies): Operation {
  return {
    name: '$import',
    level: 'system',
    types: [],
    methods: ['POST'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/import',
    handle: (request) => start(dependencies, request),
  };
}
