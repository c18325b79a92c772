import { join, resolve } from 'node:path';
import { readTreeHeads, verifyAudit, versionsWithoutEntry } from '../../server/src/audit/index.ts';
import { readConfig } from '../../server/src/config/index.ts';
import { openDatabase, startEmbeddedPostgres } from '../../server/src/database/index.ts';
import { readCommandLine } from './command-line.ts';

/** A whole audit is read: no single statement of it needs longer than this, in ms. */
const STATEMENT_TIMEOUT = 3_600_000;

/**
 * `npm run verify-audit [-- folder]`: hashes every sealed entry again and compares with the heads in the folder (default
 * DATA_DIR/audit; better a copy kept elsewhere). Ends with 1 when anything is not as it was sealed.
 */
async function main(): Promise<boolean> {
  const { operands } = readCommandLine({
    call: 'npm run verify-audit --',
    about:
      'Hashes every sealed entry of the audit again and compares with the signed heads in FOLDER (DATA_DIR/audit when absent; better a copy kept elsewhere). Ends with 1 when anything is not as it was sealed.',
    operands: ['FOLDER'],
  });
  const config = readConfig(process.env);
  const folder = resolve(operands[0] ?? join(config.dataDir, 'audit'));
  const signed = readTreeHeads(folder);
  const embedded =
    config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
  const connection = embedded?.connection ?? (config.databaseUrl as string);
  const database = await openDatabase({ connection, statementTimeoutMs: STATEMENT_TIMEOUT });
  try {
    const report = await verifyAudit(database, signed);
    const missing = await versionsWithoutEntry(database);
    const problems = [...report.problems, ...(missing > 0 ? [`${missing} versions of records have no entry`] : [])];
    const { tenants, batches, entries, unsealed } = report;
    process.stdout.write(
      `${entries} sealed entries in ${batches} batches of ${tenants} tenants; ${signed.heads.length} signed heads; ${unsealed} entries not sealed yet.\n`,
    );
    process.stdout.write(problems.length === 0 ? 'All is as it was sealed.\n' : `${problems.join('\n')}\n`);
    return problems.length === 0;
  } finally {
    await database.close();
    await embedded?.stop();
  }
}

main().then(
  (isWell) => process.exit(isWell ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  },
);
