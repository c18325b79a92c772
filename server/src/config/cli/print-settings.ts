import { settingsTable } from '../settings-table.ts';

/** `npm run settings`: prints the table of settings as Markdown, for the README. */
process.stdout.write(`${settingsTable()}\n`);
