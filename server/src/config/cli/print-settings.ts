import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { settingsTable } from '../settings-table.ts';

const MARKED = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

/**
 * `npm run settings`: prints the table of settings as Markdown. With `-- README.md` it puts the table into that file,
 * between `<!-- settings -->` and `<!-- /settings -->`.
 */
const file = process.argv[2];
const text = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
if (file === undefined) {
  process.stdout.write(`${settingsTable()}\n`);
} else if (MARKED.test(text)) {
  writeFileSync(
    file,
    text.replace(MARKED, (_, open: string, close: string) => `${open}${settingsTable()}\n${close}`),
  );
} else {
  process.stderr.write(
    `Usage: npm run settings [-- FILE], where FILE holds <!-- settings --> and <!-- /settings -->; ${file} does not.\n`,
  );
  process.exitCode = 2;
}
