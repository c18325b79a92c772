import { type Queryable, sql } from '../database/index.ts';

/** What one subject used within a minute: requests of this process, and those that others told of. */
export interface RateUse {
  /** Requests in all, as far as this process knows. */
  used: number;
  /** Those of this process that the others have not been told of. */
  untold: number;
}

/** A subject with what is to be told. */
export interface ToldUse {
  readonly tenant: number;
  /** `tenant`, `user …` or `client …`. */
  readonly subject: string;
  readonly use: RateUse;
}

/**
 * Tells the other processes of what was used here, and learns what they did: one statement. Minutes that are over are
 * forgotten.
 */
export async function shareUse(database: Queryable, minute: number, told: readonly ToldUse[]): Promise<void> {
  const amounts = told.map(({ use }) => use.untold);
  told.forEach(({ use }) => {
    use.untold = 0;
  });
  const rows = await database.query<{ used: string | number }>(
    sql`WITH told AS (SELECT * FROM unnest(${told.map(({ tenant }) => tenant)}::int4[], ${told.map(({ subject }) => subject)}::text[],
        ${amounts}::int8[]) WITH ORDINALITY AS t(tenant, subject, used, n)),
      kept AS (INSERT INTO rate_use (minute, tenant, subject, used) SELECT ${minute}, tenant, subject, used FROM told
        ON CONFLICT (minute, tenant, subject) DO UPDATE SET used = rate_use.used + excluded.used
        RETURNING tenant, subject, used),
      gone AS (DELETE FROM rate_use WHERE minute < ${minute})
      SELECT kept.used FROM told JOIN kept USING (tenant, subject) ORDER BY told.n`,
  );
  rows.forEach(({ used }, index) => {
    const use = told[index]?.use;
    if (use) {
      use.used = Math.max(use.used, Number(used) + use.untold);
    }
  });
}
