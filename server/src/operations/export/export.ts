import type { JobQueue, Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import { kickOff } from '../kick-off.ts';
import { type ExportReading, type ExportRequest, readExportRequest } from './export-request.ts';

/** What the kick-off of an export needs from the house. */
export interface ExportDependencies extends ExportReading {
  readonly queue: JobQueue;
  /** FHIR base with a trailing slash. */
  readonly fhirUrl: string;
}

async function start(
  dependencies: ExportDependencies,
  request: OperationRequest,
  level: ExportRequest['level'],
): Promise<OperationResponse> {
  const wanted = await readExportRequest(dependencies, request, level);
  const path = { system: '$export', patient: 'Patient/$export', group: `Group/${request.id}/$export` }[level];
  const query = request.query.size > 0 ? `?${request.query}` : '';
  return kickOff(dependencies.queue, {
    kind: 'export',
    context: request.context,
    grant: request.grant,
    url: `${dependencies.fhirUrl}${path}${query}`,
    request: wanted,
  });
}

const BULK = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition';

/**
 * `$export` of the system, of all patients and of a Group: kept as a job, so that any process carries it out and any may be
 * asked about it.
 * @see https://hl7.org/fhir/uv/bulkdata/STU2/export.html
 */
export function exportOperations(dependencies: ExportDependencies): Operation[] {
  const methods = ['GET', 'POST'] as const;
  return [
    {
      name: '$export',
      level: 'system',
      types: [],
      methods,
      definition: `${BULK}/export`,
      handle: (request) => start(dependencies, request, 'system'),
    },
    {
      name: '$export',
      level: 'type',
      types: ['Patient'],
      methods,
      definition: `${BULK}/patient-export`,
      handle: (request) => start(dependencies, request, 'patient'),
    },
    {
      name: '$export',
      level: 'instance',
      types: ['Group'],
      methods,
      definition: `${BULK}/group-export`,
      handle: (request) => start(dependencies, request, 'group'),
    },
  ];
}
