import type { Database, Queryable, Sql, SqlFragment, TenantDatabase } from '../../../server/src/database/index.ts';

/** The statements a tenant's requests send, for as long as somebody listens. */
export interface StatementWatch {
  /** The same database, each statement of a tenant noted before it is sent. */
  readonly database: Database;
  /** Runs some work and gives the statements that were sent meanwhile, in their order. */
  during(work: () => Promise<unknown>): Promise<Sql[]>;
}

/** Stands between a server and its database and notes what passes. Transactions are let through unnoted. */
export function watchStatements(database: Database): StatementWatch {
  let noted: Sql[] = [];
  const noting = (db: Queryable): Queryable => ({
    query(statement: Sql | SqlFragment) {
      noted.push('text' in statement ? statement : statement.toSql());
      return db.query(statement);
    },
  });
  const watched = (own: TenantDatabase): TenantDatabase => ({
    ...noting(own),
    tenant: own.tenant,
    within: (limitMs) => noting(own.within(limitMs)),
    transaction: (work) => own.transaction(work),
  });
  return {
    database: { ...database, forTenant: (tenant) => watched(database.forTenant(tenant)) },
    async during(work) {
      noted = [];
      await work();
      return noted;
    },
  };
}
