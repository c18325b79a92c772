import { resolve } from 'node:path';
import { restore } from '../../server/src/database/index.ts';
import { withDatabase } from './with-database.ts';

/**
 * `npm run restore -- file [--redeliver]`: fills the empty database of the settings from a backup, wholly or not at all.
 * With `--redeliver` the events that were not delivered at the time of the backup are delivered at the next start.
 */
await withDatabase(async (target) => {
  const [file] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  if (file === undefined) {
    throw new Error('Name the backup to restore: npm run restore -- data/backups/mindbridge-….backup');
  }
  const { tables, rows, droppedEvents } = await restore(target, resolve(file), {
    redeliver: process.argv.includes('--redeliver'),
  });
  const events = droppedEvents === 0 ? '' : `; ${droppedEvents} undelivered events were dropped`;
  return `Restored ${rows} rows of ${tables} tables${events}`;
});
