/** Housekeeping. Invariant: every job may run in any number of processes at once. */
export { createJobs, type Jobs, type JobsOptions } from './create-jobs.ts';
export type { EndSubscription } from './end-unheard-sockets.ts';
