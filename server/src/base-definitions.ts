import { setImmediate } from 'node:timers/promises';
import type { Bundle } from '@medplum/fhirtypes';
import { type Database, sql } from './database/index.ts';
import { baseDefinitionResources, type Definitions } from './definitions/index.ts';
import type { Repository } from './repository/index.ts';

const STATE = 'base-definitions';
/** Definitions written with one statement. */
const BATCH = 200;

/**
 * Brings FHIR's own definitions into tenant 1, where every clinic can search and read them. Done once for each version
 * of the definitions; started again from the beginning when it was interrupted, for writing the same content changes nothing.
 * @returns how many definitions were looked at; 0 when the version was loaded already
 */
export async function loadBaseDefinitions(
  database: Database,
  definitions: Definitions,
  repository: Repository,
): Promise<number> {
  const [state] = await database.query<{ value: string }>(sql`SELECT value FROM platform_state WHERE name = ${STATE}`);
  if (state?.value === definitions.version) {
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
  for (const resource of baseDefinitionResources(definitions)) {
    entries.push({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } });
    if (entries.length === BATCH) {
      await flush();
    }
  }
  await flush();
  await database.query(
    sql`INSERT INTO platform_state (name, value) VALUES (${STATE}, ${definitions.version})
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );
  return count;
}
