import { readFileSync, writeFileSync } from 'node:fs';
import { settingsTable } from '../settings-table.ts';

/**
 * `npm run settings`: prints the table of settings as Markdown. With `-- README.md` it puts the table into that file,
 * between `<!-- settings -->` and `<!-- /settings -->`.
 */
const file = process.argv[2];
if (file === undefined) {
  process.stdout.write(`${settingsTable()}\n`);
} else {
  const text = readFileSync(file, 'utf8');
  const marked = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;
  if (!marked.test(text)) {
    throw new Error(`${file} has no <!-- settings --> and <!-- /settings --> to put the table between.`);
  }
  writeFileSync(
    file,
    text.replace(marked, (_, open: string, close: string) => `${open}${settingsTable()}\n${close}`),
  );
}
