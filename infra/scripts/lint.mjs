import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exitOf, root, toolEnvironment } from './toolchain.mjs';

/**
 * `npm run lint`: Biome over the repository (format and lint), then ESLint with types over server, bots and apps.
 * `npm run lint -- --fix` mends what can be mended. `--only=biome` or `--only=eslint` runs one of the two.
 */
const fix = process.argv.includes('--fix');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
let code = 0;
if (only !== 'eslint') {
  code ||= await run(biome(), ['check', ...(fix ? ['--write'] : []), '.']);
}
if (only !== 'biome') {
  code ||= await run('eslint', ['--max-warnings=0', ...(fix ? ['--fix'] : []), 'server', 'bots', 'smart-apps']);
}
process.exitCode = code;

/** Biome's program is taken from its platform package: the wrapper package lists platforms that not every registry serves. */
function biome() {
  const program = join(root, 'node_modules', '@biomejs', `cli-linux-${process.arch}`, 'biome');
  return existsSync(program) ? program : 'biome';
}

function run(command, args) {
  return exitOf(spawn(command, args, { cwd: root, env: toolEnvironment(), stdio: 'inherit' }));
}
