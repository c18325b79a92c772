import { type Database, type Queryable, sql } from '../database/index.ts';
import { conceptWords } from './concept-words.ts';
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
  await remove(scoped, tenant, system, loading);
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
    await remove(tx, tenant, system, version);
    const [done] = await tx.query<{ concepts: number }>(sql`
      UPDATE code_system_release SET version = ${version}, state = 'active', loaded_at = now(),
        concepts = (SELECT count(*) FROM concept WHERE tenant = ${tenant} AND release = ${release})
      WHERE tenant = ${tenant} AND release = ${release} RETURNING concepts`);
    return Number(done?.concepts);
  });
}

/** Removes a release with its codes, in one statement. */
async function remove(from: Queryable, tenant: number, system: string, version: string): Promise<void> {
  await from.query(sql`
    WITH gone AS (DELETE FROM code_system_release
      WHERE tenant = ${tenant} AND system = ${system} AND version = ${version} RETURNING release),
    words AS (DELETE FROM concept_word WHERE tenant = ${tenant} AND release IN (SELECT release FROM gone)),
    parents AS (DELETE FROM concept_parent WHERE tenant = ${tenant} AND release IN (SELECT release FROM gone))
    DELETE FROM concept WHERE tenant = ${tenant} AND release IN (SELECT release FROM gone)`);
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
  const rows = batch.map(({ code, display, active, parents }) => [
    code,
    display,
    active ?? true,
    parents ?? [],
    conceptWords(display),
  ]);
  await to.query(sql`
    WITH given AS MATERIALIZED (SELECT DISTINCT ON (r->>0) r FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) WITH ORDINALITY AS g (r, n) ORDER BY r->>0, n),
    new AS (INSERT INTO concept (tenant, release, code, display, active)
      SELECT ${tenant}, ${release}, r->>0, r->>1, (r->>2)::bool FROM given ON CONFLICT DO NOTHING),
    parent AS (INSERT INTO concept_parent (tenant, release, code, parent)
      SELECT ${tenant}, ${release}, r->>0, p FROM given, jsonb_array_elements_text(r->3) AS p ON CONFLICT DO NOTHING)
    INSERT INTO concept_word (tenant, release, word, code)
    SELECT ${tenant}, ${release}, w, r->>0 FROM given, jsonb_array_elements_text(r->4) AS w ON CONFLICT DO NOTHING`);
}
