import table from './conditions.json' with { type: 'json' };

/** A condition with its code and every name it goes by. */
export interface Condition {
  /** ICD-10-CM code, FY2026. */
  readonly code: string;
  readonly name: string;
  /** Its name and its other names, lower case. */
  readonly names: readonly string[];
}

/** Conditions that a behavioural-health and primary-care clinic names daily: code, name, other names. Curated by hand. */
export const conditions: readonly Condition[] = table.map(([code = '', ...names]) => ({
  code,
  name: names[0] ?? '',
  names,
}));
