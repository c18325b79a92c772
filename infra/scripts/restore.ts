import { resolve } from 'node:path';
import { restore } from '../../server/src/database/index.ts';
import { readCommandLine } from './command-line.ts';
import { withDatabase } from './with-database.ts';

/**
 * `npm run restore -- file [--redeliver]`: fills the empty database of the settings from a backup, wholly or not at all.
 * With `--redeliver` the events that were not delivered at the time of the backup are delivered at the next start.
 */
const { operands, options } = readCommandLine({
  call: 'npm run restore --',
  about:
    'Fills the empty database of the settings from FILE, wholly or not at all. With --redeliver the events that were not delivered at the time of the backup are delivered at the next start.',
  operands: ['FILE'],
  options: { redeliver: false },
});

await withDatabase(async (target) => {
  const [file] = operands;
  if (file === undefined) {
    throw new Error('Name the backup to restore: npm run restore -- data/backups/mindbridge-….backup');
  }
  const { tables, rows, droppedEvents } = await restore(target, resolve(file), options);
  const events = droppedEvents === 0 ? '' : `; ${droppedEvents} undelivered events were dropped`;
  return `Restored ${rows} rows of ${tables} tables${events}`;
});
