import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { backup } from '../../server/src/database/index.ts';
import { readCommandLine } from './command-line.ts';
import { withDatabase } from './with-database.ts';

/** `npm run backup [-- file]`: writes all tables, as of one moment, into one compressed file; the server may run meanwhile. */
const { operands } = readCommandLine({
  call: 'npm run backup --',
  about:
    'Writes the database, as of one moment, into one compressed file: FILE, or a new one in DATA_DIR/backups. The server may run meanwhile.',
  operands: ['FILE'],
});

await withDatabase(async (target, dataDir) => {
  const now = new Date();
  const name = `mindbridge-${now.toISOString().replaceAll(/[:.]/g, '-')}.backup`;
  const file = resolve(operands[0] ?? join(dataDir, 'backups', name));
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const { tables, rows } = await backup(target, file, now);
  return `Backed up ${rows} rows of ${tables} tables to ${file}`;
});
