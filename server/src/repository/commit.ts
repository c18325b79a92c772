import type { Resource } from '@medplum/fhirtypes';
import type { AccessInteraction } from '../access/index.ts';
import { type SqlFragment, sql } from '../database/index.ts';
import { forbidden } from '../fhir/index.ts';
import { prepareWrite } from './prepare.ts';
import { type Companions, type Scope, withinTransaction } from './scope.ts';
import { writeTogether } from './write-queue.ts';
import { type Change, writeStatement } from './write-statement.ts';

interface AfterCheck {
  readonly predicate: SqlFragment;
  readonly rid: number;
  readonly type: string;
}

/**
 * Checks that the grant permits each change for its type, and lists those whose new state must also match the policy's
 * criteria: nobody may write a resource out of his own reach.
 */
function afterChecks(scope: Scope, changes: readonly Change[]): AfterCheck[] {
  const checks: AfterCheck[] = [];
  for (const change of changes) {
    const interaction: AccessInteraction = change.interaction;
    const predicate = scope.search.accessPredicate(scope.grant, change.type, interaction, 'r.rid');
    if (predicate === 'none') {
      throw forbidden('interaction-denied', `You may not ${interaction} ${change.type}`);
    }
    if (predicate !== 'all' && change.interaction !== 'delete') {
      checks.push({ predicate, rid: change.rid, type: change.type });
    }
  }
  return checks;
}

/**
 * Writes a set of changes atomically, with what the server itself writes beside them.
 * @throws FhirError 403 when the new state lies outside the grant; SQLSTATE 40001 when a version was overtaken.
 */
export async function commit(scope: Scope, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) {
    return;
  }
  const companions = await companionsOf(scope, changes);
  if (!companions) {
    await commitChanges(scope, changes);
    return;
  }
  await withinTransaction(scope, async (tx) => {
    await commitChanges(tx, changes);
    await createBeside(tx, companions.resources);
    await companions.append(tx.queryable);
  });
}

/** Only bots write what needs companions. */
async function companionsOf(scope: Scope, changes: readonly Change[]): Promise<Companions | undefined> {
  if (!scope.companions || scope.context.depth === 0) {
    return undefined;
  }
  const written = changes.flatMap(({ json }) => (json === '' ? [] : [JSON.parse(json) as Resource]));
  return scope.companions.of({ context: scope.context, grant: scope.grant, written });
}

async function createBeside(tx: Scope, resources: readonly Resource[]): Promise<void> {
  const grant = tx.companions?.grant(tx.context.tenant) ?? tx.grant;
  const rids = await tx.nextRid(resources.length);
  const prepared = await Promise.all(
    resources.map((resource, i) =>
      prepareWrite({ ...tx, grant }, resource, { id: tx.generateId(), rid: rids[i] as number }),
    ),
  );
  await commitChanges(
    { ...tx, grant },
    prepared.map(({ change }) => change),
  );
}

/** One statement, and one more for each change that a policy limits by criteria. */
async function commitChanges(scope: Scope, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) {
    return;
  }
  const checks = afterChecks(scope, changes);
  if (checks.length === 0) {
    if (scope.inTransaction) {
      await scope.queryable.query(writeStatement([{ context: scope.context, changes }]));
    } else {
      await writeTogether(scope.database, { context: scope.context, changes });
      scope.committed(scope.context.tenant);
    }
    return;
  }
  await withinTransaction(scope, async (tx) => {
    await tx.queryable.query(writeStatement([{ context: scope.context, changes }]));
    for (const check of checks) {
      const rows = await tx.queryable.query(
        sql`SELECT 1 FROM resource r WHERE r.rid = ${check.rid} AND r.tenant = ${scope.context.tenant} AND ${check.predicate}`,
      );
      if (rows.length === 0) {
        throw forbidden('write-outside-policy', `Your access policy does not cover this ${check.type}`);
      }
    }
  });
}

/** Did PostgreSQL end the statement because another write came first? */
export function wasOvertaken(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '40001' || code === '40P01' || code === '23505';
}
