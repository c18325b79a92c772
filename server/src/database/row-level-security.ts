import { createHash } from 'node:crypto';
import type { Queryable, Row } from './database.ts';
import { raw, sql } from './sql.ts';

/**
 * The policy under every table with a `tenant` column: a session sees its own tenant and the shared definitions
 * (tenant 1), and writes its own only; the setting `*` is the system's. Each SELECT around `current_setting` makes the
 * setting an InitPlan, read once per statement. A session that was never pinned to a tenant sees nothing.
 */
const policyName = 'tenant_isolation';
const setting = `(SELECT current_setting('mindbridge.tenant', true))`;
const ownTenant = `tenant = (SELECT nullif(nullif(current_setting('mindbridge.tenant', true), '*'), '')::int4)`;
const using = `${ownTenant} OR tenant = 1 OR ${setting} = '*'`;
const withCheck = `${ownTenant} OR ${setting} = '*'`;
const version = createHash('sha256').update(`${using}\n${withCheck}`).digest('hex').slice(0, 16);

/** Enables and forces row-level security on every table of the schema that has a `tenant` column and not yet this very policy. */
export async function enforceRowLevelSecurity(tx: Queryable): Promise<void> {
  for (const table of await unprotectedTables(tx)) {
    const name = raw(`"${table.replaceAll('"', '""')}"`);
    await tx.query(sql`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`);
    await tx.query(sql`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`);
    await tx.query(sql`DROP POLICY IF EXISTS ${raw(policyName)} ON ${name}`);
    await tx.query(
      sql`CREATE POLICY ${raw(policyName)} ON ${name} USING (${raw(using)}) WITH CHECK (${raw(withCheck)})`,
    );
    await tx.query(sql`COMMENT ON POLICY ${raw(policyName)} ON ${name} IS ${raw(`'${version}'`)}`);
  }
}

async function unprotectedTables(tx: Queryable): Promise<string[]> {
  const rows = await tx.query<Row & { name: string }>(sql`
    SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attname = 'tenant' AND NOT a.attisdropped
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = ${policyName}
          AND obj_description(p.oid, 'pg_policy') = ${version}))
    ORDER BY c.relname`);
  return rows.map((row) => row.name);
}
