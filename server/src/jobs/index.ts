/**
 * Housekeeping, and long-running work handed in by operations. Invariants: every job may run in any number of processes at
 * once; work that a dead process left is taken up where it stood; a job exists only for who asked for it.
 */
export { createJobs, type Jobs, type JobsOptions } from './create-jobs.ts';
export type { EndSubscription } from './end-unheard-sockets.ts';
export { jobOperations } from './job-operations.ts';
export { createJobQueue, type JobQueueOptions } from './job-queue.ts';
export { createJobRunner, type JobRunner, type JobRunnerOptions } from './job-runner.ts';
