import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from './sql.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test?.close();
});

/** A tenant row of number n, written by the system. */
async function addTenant(tenant: number): Promise<void> {
  await test.database.query(
    sql`INSERT INTO tenant (tenant, project_id, name) VALUES (${tenant}, ${`project-${tenant}`}, ${`Clinic ${tenant}`})`,
  );
}

describe('enforceRowLevelSecurity', () => {
  it('sees its own rows and the shared ones, without any filter in the statement', async () => {
    await addTenant(60);
    await addTenant(61);
    const rows = await test.database
      .forTenant(60)
      .query<{ tenant: number }>(sql`SELECT tenant FROM tenant ORDER BY tenant`);
    expect(rows.map((row) => row.tenant)).toEqual([1, 60]);
  });

  it('cannot write, change or delete the rows of others or the shared ones', async () => {
    await addTenant(70);
    const other = test.database.forTenant(71);
    await expect(
      other.query(sql`INSERT INTO tenant (tenant, project_id, name) VALUES (72, 'p', 'n')`),
    ).rejects.toMatchObject({
      code: '42501',
    });
    await other.query(sql`DELETE FROM tenant WHERE tenant = 70`);
    await expect(other.query(sql`UPDATE tenant SET name = 'x' WHERE tenant = 1`)).rejects.toMatchObject({
      code: '42501',
    });
    expect(await test.database.query(sql`SELECT name FROM tenant WHERE tenant IN (1, 70) ORDER BY tenant`)).toEqual([
      { name: 'FHIR definitions' },
      { name: 'Clinic 70' },
    ]);
  });

  it('puts the policy under every table that has a tenant column', async () => {
    const rows =
      await test.database.query(sql`SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'tenant' AND NOT a.attisdropped
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))`);
    expect(rows).toEqual([]);
  });
});
