import type { Database } from '../database/index.ts';
import type { Definitions } from '../definitions/index.ts';
import type { Indexer } from '../indexing/index.ts';
import type { JobHandler, JobQueue, Operation } from '../repository/index.ts';
import type { Search } from '../search/index.ts';
import { exportOperations } from './export/export.ts';
import { exportHandler } from './export/run-export.ts';

/** What the operations over records need from the house. */
export interface RecordDependencies {
  readonly database: Database;
  readonly definitions: Definitions;
  readonly indexer: Indexer;
  readonly search: Search;
  /** FHIR base with a trailing slash. */
  readonly fhirUrl: string;
  readonly clock: () => Date;
}

/** The operations that read or move many records. */
export function recordOperations(dependencies: RecordDependencies, queue: JobQueue): Operation[] {
  const { definitions } = dependencies;
  const reading = {
    ...dependencies,
    queue,
    resourceTypes: definitions.resourceTypes(),
    compartmentTypes: [...definitions.compartment('Patient').keys()],
  };
  return [...exportOperations(reading)];
}

/** What the background does for them. */
export function recordHandlers(dependencies: RecordDependencies): JobHandler[] {
  return [exportHandler(dependencies)];
}
