import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseFiles } from './base.ts';

const folder = join(import.meta.dirname, '../base');
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
  rmSync(join(folder, name));
}
const files = baseFiles();
for (const [name, text] of files) {
  writeFileSync(join(folder, name), text);
}
console.log(`seed-bundles: ${files.size} base bundles written`);
