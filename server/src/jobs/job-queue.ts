import type { Database } from '../database/index.ts';
import type { JobQueue } from '../repository/index.ts';
import { freezeGrant } from './frozen-grant.ts';
import { insertJob } from './job-store.ts';

/** Where the queue lies and who is told of new work. */
export interface JobQueueOptions {
  readonly database: Database;
  /** FHIR base with a trailing slash. */
  readonly fhirUrl: string;
  readonly resourceTypes: readonly string[];
  readonly wake: () => void;
}

/** Makes the queue into which operations put their work. */
export function createJobQueue({ database, fhirUrl, resourceTypes, wake }: JobQueueOptions): JobQueue {
  return {
    async enqueue(ticket) {
      const id = await insertJob(database, ticket, freezeGrant(ticket.grant, resourceTypes));
      if (id === undefined) {
        return undefined;
      }
      wake();
      return `${fhirUrl}$job-status/${id}`;
    },
  };
}
