import type { AccessGrant } from '../access/index.ts';
import type { Database } from '../database/index.ts';
import type { Definitions } from '../definitions/index.ts';
import type { RequestContext } from '../fhir/index.ts';
import type { Indexer } from '../indexing/index.ts';
import { createGuardedClient, parseAllowList } from '../outbound/index.ts';
import type { JobHandler, JobQueue, Operation, Repository } from '../repository/index.ts';
import type { Search } from '../search/index.ts';
import { csvOperation } from './csv/csv.ts';
import { docrefOperation } from './docref/docref.ts';
import { explainSearchOperations } from './explain-search/explain-search.ts';
import { exportOperations } from './export/export.ts';
import { exportHandler } from './export/run-export.ts';
import { importOperation } from './import/import.ts';
import { importHandler } from './import/run-import.ts';
import { lastnOperation } from './lastn/lastn.ts';
import { reindexHandler, reindexOperations } from './reindex/reindex.ts';
import { statsOperation } from './stats/stats.ts';
import { summaryOperations } from './summary/summary.ts';

/** What the operations over records need from the house. */
export interface RecordDependencies {
  readonly database: Database;
  readonly definitions: Definitions;
  readonly indexer: Indexer;
  /** With the search parameters of the tenant's own. */
  readonly indexerOf: (tenant: number) => Indexer;
  readonly search: Search;
  readonly repositoryFor: (context: RequestContext, grant: AccessGrant) => Repository;
  /** FHIR base with a trailing slash. */
  readonly fhirUrl: string;
  /** The setting OUTBOUND_ALLOW. */
  readonly outboundAllow: readonly string[];
  readonly clock: () => Date;
}

/** Largest file that an import fetches, in bytes. */
const MAX_FETCHED_BYTES = 64 * 1024 * 1024;

/** The operations that read or move many records. */
export function recordOperations(dependencies: RecordDependencies, queue: JobQueue): Operation[] {
  const { definitions, fhirUrl, clock } = dependencies;
  const reading = {
    ...dependencies,
    queue,
    resourceTypes: definitions.resourceTypes(),
    compartmentTypes: [...definitions.compartment('Patient').keys()],
  };
  const allow = parseAllowList(dependencies.outboundAllow);
  return [
    ...exportOperations(reading),
    importOperation({ queue, fhirUrl, allow, clock }),
    ...summaryOperations(dependencies),
    docrefOperation(dependencies),
    lastnOperation(dependencies),
    statsOperation(dependencies),
    csvOperation(dependencies),
    ...explainSearchOperations(dependencies),
    ...reindexOperations(reading),
  ];
}

/** What the background does for them. */
export function recordHandlers(dependencies: RecordDependencies): JobHandler[] {
  const { definitions, repositoryFor, fhirUrl } = dependencies;
  const allow = parseAllowList(dependencies.outboundAllow);
  return [
    exportHandler(dependencies),
    reindexHandler({ database: dependencies.database, indexerOf: dependencies.indexerOf }),
    importHandler({
      fhirUrl,
      repositoryFor,
      isResourceType: definitions.isResourceType,
      openClient: () => createGuardedClient({ allow, requireHttps: false, maxAnswerBytes: MAX_FETCHED_BYTES }),
    }),
  ];
}
