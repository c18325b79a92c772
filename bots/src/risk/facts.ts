/** A value of the chart, with when it was true and the versions that carry it. */
export interface Measured {
  readonly value: number;
  /** Instant (ISO 8601) at which the value was true. */
  readonly at: string;
  /** Is it older than its window? A stale value keeps its points and is shown as stale. */
  readonly stale: boolean;
  /** Versioned references. */
  readonly basis: readonly string[];
}

/** A count of events inside a window, with the versions counted. */
export interface Counted {
  readonly value: number;
  readonly basis: readonly string[];
}

/** Everything the risk engine knows about a patient. An absent value is unknown, which is not zero risk. */
export interface RiskFacts {
  /** Instant of the run (ISO 8601). */
  readonly asOf: string;
  /** Crisis calls in the last 30 days. */
  readonly crisisCalls: Counted;
  /** Share of doses taken, in %, latest. */
  readonly medicationAdherence?: Measured;
  /** Appointments with status noshow in the last 90 days. */
  readonly missedAppointments: Counted;
  /** Calendar days, in the clinic's time zone, since the patient was last seen. */
  readonly daysSinceSeen?: Measured;
  /** PHQ-9 total, 0–27. */
  readonly phq9?: Measured;
  /** PHQ-9 item 9, 0–3. */
  readonly phq9Item9?: Measured;
  /** GAD-7 total, 0–21. */
  readonly gad7?: Measured;
  /** Highest positive C-SSRS screener item, 1–6; 0 when all answers are no. */
  readonly cssrs?: Measured;
}

/** Factors that are read from the chart, in the order in which they are shown. */
export const factorCodes = [
  'crisis-calls',
  'medication-adherence',
  'missed-appointments',
  'days-since-seen',
  'phq-9',
  'phq-9-item-9',
  'gad-7',
  'c-ssrs',
] as const;

/** A factor read from the chart. */
export type FactorCode = (typeof factorCodes)[number];

/** Windows in days: how far back events count, and after how long a measurement is stale. */
export const windowDays = { crisisCalls: 30, missedAppointments: 90, measurement: 90 } as const;
