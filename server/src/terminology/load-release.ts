import { type Database, type Queryable, sql } from '../database/index.ts';
import type { ReleasedConcept } from './releases/released-concept.ts';

/** Which release of which system is loaded for whom. */
export interface ReleaseFacts {
  /** Tenant that may use it; 1 for all. */
  readonly tenant: number;
  readonly system: string;
  readonly version: string;
  readonly title: string;
  /** First and last day of validity, `YYYY-MM-DD`. */
  readonly validFrom?: string;
  readonly validTo?: string;
}

/** Concepts written with one statement. */
const BATCH = 5000;

/**
 * Loads a release. Until the end nothing of it is seen, and loading the same version again replaces it as a whole;
 * what an interrupted load left is removed first. Progress is told after every batch.
 * @returns how many concepts the release has
 */
export async function loadRelease(
  database: Database,
  facts: ReleaseFacts,
  concepts: AsyncIterable<ReleasedConcept> | Iterable<ReleasedConcept>,
  progress: (loaded: number) => void = () => undefined,
): Promise<number> {
  const { tenant, system, version } = facts;
  const scoped = database.forTenant(tenant);
  const loading = `${version} (loading)`;
  await scoped.query(
    sql`DELETE FROM code_system_release WHERE tenant = ${tenant} AND system = ${system} AND version = ${loading}`,
  );
  const [row] = await scoped.query<{ release: number }>(sql`
    INSERT INTO code_system_release (tenant, system, version, title, valid_from, valid_to)
    VALUES (${tenant}, ${system}, ${loading}, ${facts.title}, ${facts.validFrom ?? null}::date, ${facts.validTo ?? null}::date)
    RETURNING release`);
  const release = Number(row?.release);
  let loaded = 0;
  let batch: ReleasedConcept[] = [];
  const flush = async (): Promise<void> => {
    await insert(scoped, tenant, release, batch);
    loaded += batch.length;
    batch = [];
    progress(loaded);
  };
  for await (const concept of concepts) {
    batch.push(concept);
    if (batch.length === BATCH) {
      await flush();
    }
  }
  await flush();
  return scoped.transaction(async (tx) => {
    await tx.query(
      sql`DELETE FROM code_system_release WHERE tenant = ${tenant} AND system = ${system} AND version = ${version}`,
    );
    const [done] = await tx.query<{ concepts: number }>(sql`
      UPDATE code_system_release SET version = ${version}, state = 'active', loaded_at = now(),
        concepts = (SELECT count(*) FROM concept WHERE tenant = ${tenant} AND release = ${release})
      WHERE tenant = ${tenant} AND release = ${release} RETURNING concepts`);
    return Number(done?.concepts);
  });
}

/** A code that comes twice keeps its first form. */
async function insert(
  to: Queryable,
  tenant: number,
  release: number,
  batch: readonly ReleasedConcept[],
): Promise<void> {
  if (batch.length === 0) {
    return;
  }
  const rows = JSON.stringify(
    batch.map(({ code, display, active, parents }) => [code, display, active ?? true, parents ?? []]),
  );
  await to.query(sql`
    INSERT INTO concept (tenant, release, code, display, active, parents)
    SELECT ${tenant}, ${release}, r->>0, r->>1, (r->>2)::bool, ARRAY(SELECT jsonb_array_elements_text(r->3))
    FROM jsonb_array_elements(${rows}::jsonb) AS r ON CONFLICT DO NOTHING`);
}
