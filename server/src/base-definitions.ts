import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Bundle, OperationDefinition, Resource } from '@medplum/fhirtypes';
import { type Database, sql } from './database/index.ts';
import { baseDefinitionResources, type Definitions } from './definitions/index.ts';
import type { Repository } from './repository/index.ts';

/** Definitions written with one statement. */
const BATCH = 200;

/**
 * Brings FHIR's own definitions into tenant 1, where every clinic can search and read them. Done once for each version
 * of the definitions.
 * @returns how many definitions were looked at; 0 when the version was loaded already
 */
export function loadBaseDefinitions(
  database: Database,
  definitions: Definitions,
  repository: Repository,
): Promise<number> {
  const version = { name: 'base-definitions', value: definitions.version };
  return load(database, repository, version, () => baseDefinitionResources(definitions));
}

/** Brings the definitions of the operations that this server serves into tenant 1; once for each change of them. */
export function loadOperationDefinitions(
  database: Database,
  served: readonly OperationDefinition[],
  repository: Repository,
): Promise<number> {
  const value = createHash('sha256').update(JSON.stringify(served)).digest('hex');
  return load(database, repository, { name: 'operation-definitions', value }, () => served);
}

/** Started again from the beginning when it was interrupted, for writing the same content changes nothing. */
async function load(
  database: Database,
  repository: Repository,
  { name, value }: { readonly name: string; readonly value: string },
  resources: () => Iterable<Resource>,
): Promise<number> {
  const [state] = await database.query<{ value: string }>(sql`SELECT value FROM platform_state WHERE name = ${name}`);
  if (state?.value === value) {
    return 0;
  }
  let count = 0;
  let entries: Bundle['entry'] = [];
  const flush = async (): Promise<void> => {
    await repository.transaction(
      { resourceType: 'Bundle', type: 'transaction', entry: entries },
      { baseUrl: '', maxEntries: BATCH, read: () => Promise.resolve(undefined) },
    );
    count += entries?.length ?? 0;
    entries = [];
    await setImmediate();
  };
  for (const resource of resources()) {
    entries.push({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } });
    if (entries.length === BATCH) {
      await flush();
    }
  }
  await flush();
  await database.query(
    sql`INSERT INTO platform_state (name, value) VALUES (${name}, ${value})
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );
  return count;
}
