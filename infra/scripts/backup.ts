import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { backup } from '../../server/src/database/index.ts';
import { withDatabase } from './with-database.ts';

/** `npm run backup [-- file]`: writes all tables, as of one moment, into one compressed file; the server may run meanwhile. */
await withDatabase(async (target, dataDir) => {
  const now = new Date();
  const name = `mindbridge-${now.toISOString().replaceAll(/[:.]/g, '-')}.backup`;
  const file = resolve(process.argv[2] ?? join(dataDir, 'backups', name));
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const { tables, rows } = await backup(target, file, now);
  return `Backed up ${rows} rows of ${tables} tables to ${file}`;
});
