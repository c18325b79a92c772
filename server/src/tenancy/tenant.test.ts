/** Tenants against a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { createTenants, PLATFORM } from './tenant.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

describe('tenants', () => {
  it('numbers clinics from 2 and finds them by Project', async () => {
    const tenants = createTenants(test.database);
    const oakwood = await tenants.create('p-oakwood', 'Oakwood');
    expect(oakwood.tenant).toBeGreaterThanOrEqual(2);
    expect(await tenants.numberOf('p-oakwood')).toBe(oakwood.tenant);
    expect(await tenants.numberOf(PLATFORM.projectId)).toBe(0);
    expect(await tenants.numberOf('unknown')).toBeUndefined();
    expect((await tenants.list()).map((tenant) => tenant.name)).toEqual(['Oakwood']);
  });

  it('refuses a Project that has a tenant already', async () => {
    const tenants = createTenants(test.database);
    await tenants.create('p-twice', 'A');
    await expect(tenants.create('p-twice', 'B')).rejects.toMatchObject({ code: '23505' });
  });

  it('suspends and resumes', async () => {
    const tenants = createTenants(test.database);
    const { tenant } = await tenants.create('p-suspended', 'S');
    await tenants.setStatus(tenant, 'suspended');
    expect((await tenants.find(tenant))?.status).toBe('suspended');
  });
});
