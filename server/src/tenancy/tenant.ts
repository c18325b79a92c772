import { type Database, type Queryable, sql } from '../database/index.ts';

/** One clinic (or the platform): its row of `tenant`. */
export interface Tenant {
  readonly tenant: number;
  /** FHIR id of its Project. */
  readonly projectId: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
}

interface TenantRow {
  readonly tenant: number;
  readonly project_id: string;
  readonly name: string;
  readonly status: Tenant['status'];
}

/** Number and Project id of the platform itself, made by the first migration. */
export const PLATFORM = { tenant: 0, projectId: '00000000-0000-0000-0000-000000000000' } as const;

const tenantOf = (row: TenantRow): Tenant => ({
  tenant: row.tenant,
  projectId: row.project_id,
  name: row.name,
  status: row.status,
});

/** The look-ups and changes of tenants. */
export interface Tenants {
  /** The tenant of a Project; undefined for an unknown one. Numbers are kept in memory, for they never change. */
  numberOf(projectId: string): Promise<number | undefined>;
  find(tenant: number): Promise<Tenant | undefined>;
  /** Makes the row of a new clinic. @throws SQLSTATE 23505 when the Project id is taken. */
  create(projectId: string, name: string): Promise<Tenant>;
  /** A suspended tenant's tokens stop working within five seconds. */
  setStatus(tenant: number, status: Tenant['status']): Promise<void>;
  /** Every clinic, the platform's own tenants left out. */
  list(): Promise<Tenant[]>;
}

/** Opens the tenants of a database. */
export function createTenants(database: Database): Tenants {
  const numbers = new Map<string, number>();
  const system: Queryable = database;
  return {
    async numberOf(projectId) {
      const known = numbers.get(projectId);
      if (known !== undefined) {
        return known;
      }
      const [row] = await system.query<TenantRow>(sql`SELECT tenant FROM tenant WHERE project_id = ${projectId}`);
      if (row) {
        numbers.set(projectId, row.tenant);
      }
      return row?.tenant;
    },
    async find(tenant) {
      const [row] = await system.query<TenantRow>(
        sql`SELECT tenant, project_id, name, status FROM tenant WHERE tenant = ${tenant}`,
      );
      return row && tenantOf(row);
    },
    async create(projectId, name) {
      const [row] = await system.query<TenantRow>(
        sql`INSERT INTO tenant (project_id, name) VALUES (${projectId}, ${name}) RETURNING tenant, project_id, name, status`,
      );
      return tenantOf(row as TenantRow);
    },
    async setStatus(tenant, status) {
      await system.query(sql`UPDATE tenant SET status = ${status} WHERE tenant = ${tenant}`);
    },
    async list() {
      const rows = await system.query<TenantRow>(
        sql`SELECT tenant, project_id, name, status FROM tenant WHERE tenant >= 2 ORDER BY tenant`,
      );
      return rows.map(tenantOf);
    },
  };
}
