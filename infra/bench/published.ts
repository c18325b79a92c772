/**
 * Medplum's median by group of searches at eight requests at once, in ms: upstream Medplum 5.0.10 on Node 24 with PostgreSQL
 * 15 and Redis 7, as published with the load tool that defines the groups. Measured there, on a machine of the same kind (two
 * cores, everything on them), and never in a run of ours. Where the tool has a group twice, the faster one stands here.
 */
export const PUBLISHED_MEDIANS: Readonly<Record<string, number>> = {
  token: 25,
  date: 26,
  quantity: 25,
  reference: 26,
  string: 28,
  sort: 31,
  combined: 30,
  chained: 33,
  has: 35,
  include: 41,
  revinclude: 40,
  total: 50,
};

/** The published median for a workload such as `search: date, a day`; undefined for what was not published. */
export function publishedMedian(workload: string): number | undefined {
  const group = /^search: ([a-z]+)(?:$|,| :)/.exec(workload)?.[1];
  return group === undefined ? undefined : PUBLISHED_MEDIANS[group];
}
