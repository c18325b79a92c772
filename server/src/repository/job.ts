import type { AccessGrant } from '../access/index.ts';
import type { RequestContext } from '../fhir/index.ts';

/** A piece of a file that a job reads or makes: whole lines of NDJSON. */
export interface JobChunk {
  /** Number of the file within the job; pieces of one file have one role and type. */
  readonly file: number;
  readonly role: 'output' | 'deleted' | 'error' | 'input';
  /** Resource type of the lines. */
  readonly type: string;
  readonly lines: number;
  readonly text: string;
}

/** What is asked of the background. */
export interface JobTicket {
  /** Name of the handler. */
  readonly kind: string;
  readonly context: RequestContext;
  /** What the job may do: the requester's grant as it is now. */
  readonly grant: AccessGrant;
  /** The request's URL, shown in the manifest. */
  readonly url: string;
  /** JSON for the handler. */
  readonly request: unknown;
  /** What the handler reads. */
  readonly input?: readonly JobChunk[];
  /** Jobs of the kind that one caller may have under way; one when absent. */
  readonly most?: number;
}

/** A piece of input and where it stands. */
export interface JobInput {
  readonly seq: number;
  readonly file: number;
  readonly type: string;
  readonly text: string;
}

/** A job in the hands of a handler. */
export interface RunningJob {
  readonly id: string;
  readonly context: RequestContext;
  /** What the requester could do at the kick-off and can do still, as of the last `save`. */
  readonly grant: AccessGrant;
  readonly request: unknown;
  /** What the last `save` left; an empty object at first. */
  readonly progress: unknown;
  /** How often the job was taken up, this time included. */
  readonly attempts: number;
  /**
   * Keeps where the work stands together with what it produced, atomically.
   * @throws an error that must be let through, when the job was cancelled, taken over, its requester has no access any
   * more, or the process stops
   */
  save(step: {
    readonly progress: unknown;
    readonly label: string;
    readonly chunks?: readonly JobChunk[];
  }): Promise<void>;
  /** Pieces of input, in order, from a position. */
  input(after: number): Promise<JobInput | undefined>;
}

/** How a job ended well. */
export interface JobResult {
  /** ISO 8601; shown in the manifest. */
  readonly transactionTime: string;
  /** Number of the file that is answered in place of a manifest: one FHIR resource. */
  readonly answer?: number;
}

/** Does one kind of job; after a crash it is called again and goes on from `progress`. */
export interface JobHandler {
  readonly kind: string;
  run(job: RunningJob): Promise<JobResult>;
}

/** Where work for the background is handed in. */
export interface JobQueue {
  /** Gives the absolute URL of the status; undefined when the caller has as many jobs of that kind as are allowed. */
  enqueue(ticket: JobTicket): Promise<string | undefined>;
}
