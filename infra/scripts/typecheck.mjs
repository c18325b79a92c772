import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError, root, runQuietly, say } from './toolchain.mjs';

/** `npm run typecheck`: the TypeScript compiler over every workspace, and over the scripts of `infra`. */
const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
let failed = 0;
for (const folder of [...workspaces, 'infra']) {
  if (existsSync(join(root, folder, 'tsconfig.json'))) {
    failed += await typecheck(folder);
  }
}
process.exitCode = failed === 0 ? 0 : 1;

async function typecheck(folder) {
  try {
    await runQuietly('tsc', ['-p', folder], `The types of ${folder} are wrong`);
    say(`ok   types of ${folder}`);
    return 0;
  } catch (error) {
    if (!(error instanceof PlainError)) {
      throw error;
    }
    say(`FAIL ${error.message}`);
    return 1;
  }
}
