import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { openDatabase, sql } from '../../server/src/database/index.ts';
import { loadRelease, RELEASE_USAGE, readReleaseCommand } from '../../server/src/terminology/index.ts';
import { withDatabase } from './with-database.ts';

/** Whose releases every clinic may use. */
const EVERYBODY = 1;

/** Opened when the first line is asked for: a reader that waits loses lines. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
}

if (process.argv.includes('--help')) {
  process.stdout.write(`${RELEASE_USAGE}\n`);
  process.exit(0);
}

/**
 * `npm run terminology -- icd10cm icd10cm-codes-2026.txt --version 2026 --from 2025-10-01 --to 2026-09-30`: loads a release
 * of a code system as its publisher gives it out, plain or gzipped; the server may run meanwhile and sees it when it is whole.
 */
await withDatabase(async (_target, _dataDir, connection) => {
  const { facts, project, concepts } = readReleaseCommand(process.argv.slice(2));
  const database = await openDatabase({ connection });
  try {
    const [owner] = project
      ? await database.query<{ tenant: number }>(sql`SELECT tenant FROM tenant WHERE project_id = ${project}`)
      : [{ tenant: EVERYBODY }];
    if (!owner) {
      throw new Error(`Found no project ${project}`);
    }
    const progress = (loaded: number): void => void process.stderr.write(`${loaded} codes\n`);
    const loaded = await loadRelease(database, { ...facts, tenant: owner.tenant }, concepts(linesOf), progress);
    return `${facts.title}: ${loaded} codes loaded`;
  } finally {
    await database.close();
  }
});
