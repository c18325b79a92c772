/** Statistics that are computed, and the SQL over the column `value` that does it. */
export const STATISTICS: ReadonlyMap<string, string> = new Map([
  ['average', 'avg(value)'],
  ['maximum', 'max(value)'],
  ['minimum', 'min(value)'],
  ['count', 'count(value)'],
  ['total-count', 'count(*)'],
  ['median', 'percentile_cont(0.5) WITHIN GROUP (ORDER BY value)'],
  ['std-dev', 'stddev_samp(value)'],
  ['sum', 'sum(value)'],
  ['variance', 'var_samp(value)'],
  ['20-percent', 'percentile_cont(0.2) WITHIN GROUP (ORDER BY value)'],
  ['80-percent', 'percentile_cont(0.8) WITHIN GROUP (ORDER BY value)'],
  ['4-lower', 'percentile_cont(0.25) WITHIN GROUP (ORDER BY value)'],
  ['4-upper', 'percentile_cont(0.75) WITHIN GROUP (ORDER BY value)'],
]);

/** Statistics that have no unit. */
export const COUNTS: ReadonlySet<string> = new Set(['count', 'total-count']);

/** Code system of the statistics. @see https://hl7.org/fhir/R4/valueset-observation-statistics.html */
export const STATISTICS_SYSTEM = 'http://terminology.hl7.org/CodeSystem/observation-statistics';
