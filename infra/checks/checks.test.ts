import { describe, expect, it } from 'vitest';
import { checkDecisionList } from './decision-list.ts';
import { checkEnvironmentReads } from './environment-reads.ts';
import { checkImportRings } from './import-rings.ts';
import { checkNoAny } from './no-any.ts';
import { checkRanks } from './ranks.ts';
import { checkReadmeNames } from './readme-names.ts';
import { checkReadmeSettings } from './readme-settings.ts';
import { type SourceFile, sourceFile, type Violation } from './source-file.ts';
import { checkWords } from './words.ts';
import { checkWorkspaceArrows } from './workspace-arrows.ts';

type Check = (files: readonly SourceFile[]) => Violation[];

/** Each planted bug must be found, and its mended twin must pass. */
const planted: readonly [string, Check, Record<string, string>, Record<string, string>][] = [
  [
    'an import upwards, of a type only',
    checkRanks,
    { 'server/src/access/a.ts': `import type { R } from '../repository/index.ts';` },
    { 'server/src/http/a.ts': `import type { R } from '../repository/index.ts';` },
  ],
  [
    'an import between rooms of equal rank',
    checkRanks,
    { 'server/src/bots/a.ts': `import { x } from '../jobs/index.ts';` },
    { 'server/src/main.ts': `import { x } from './jobs/index.ts'; import { y } from './app.ts';` },
  ],
  [
    'an import past the door',
    checkRanks,
    { 'server/src/auth/cli/a.ts': `export { x } from '../../database/pool.ts';` },
    { 'server/src/auth/cli/a.ts': `export { x } from '../../database/index.ts';` },
  ],
  [
    'a room without a rank',
    checkRanks,
    { 'server/src/misc/a.ts': `import { x } from '../fhir/index.ts';` },
    { 'server/src/audit/a.ts': `import { x } from '../fhir/index.ts';` },
  ],
  [
    'a ring closed by a type import',
    checkImportRings,
    {
      'bots/src/a.ts': `import { b } from './b.ts';`,
      'bots/src/b.ts': `import type { C } from './c.ts';`,
      'bots/src/c.ts': `export { a } from './a.ts';`,
    },
    {
      'bots/src/a.ts': `import { b } from './b.ts'; import './c.ts';`,
      'bots/src/b.ts': `import './c.ts';`,
      'bots/src/c.ts': '',
    },
  ],
  [
    'a workspace that imports another by path',
    checkWorkspaceArrows,
    { 'smart-apps/risk/a.tsx': `import { x } from '../../bots/src/risk/engine.ts';` },
    { 'smart-apps/risk/a.tsx': `import { x } from '../ui/x.ts';` },
  ],
  [
    'a workspace that imports another by name',
    checkWorkspaceArrows,
    { 'bots/src/a.ts': `const x = await import('@mindbridge/server');` },
    { 'bots/src/a.ts': `const x = await import('@mindbridge/fhir-profiles');` },
  ],
  [
    'the type any',
    checkNoAny,
    { 'server/src/fhir/a.ts': 'export const x: any = 1;' },
    { 'server/src/fhir/a.ts': '// any\nexport const many = 1;' },
  ],
  ['work left for later', checkWords, { 'bots/src/a.ts': `// ${'TO'}DO later` }, { 'bots/src/a.ts': '// done' }],
  ['a path of one machine', checkWords, { 'README.md': `see ${'/wo'}rk/main` }, { 'README.md': 'see infra' }],
  [
    'a test that runs alone',
    checkWords,
    { 'bots/src/a.test.ts': `it${'.only'}('x', () => {});` },
    { 'bots/src/a.test.ts': `it('x', () => {});` },
  ],
  [
    'a read of the environment',
    checkEnvironmentReads,
    { 'server/src/http/a.ts': 'const p = process.env.PORT;' },
    { 'server/src/main.ts': 'const p = readConfig(process.env);' },
  ],
  [
    'a file that a README names and that is not there',
    checkReadmeNames,
    { 'server/README.md': 'see `src/main.ts`', 'server/src/app.ts': '' },
    { 'server/README.md': 'see `src/app.ts`, `app.ts`, `server/src` and `GET /x.json`', 'server/src/app.ts': '' },
  ],
  [
    'a script that a README names and that is not there',
    checkReadmeNames,
    { 'README.md': 'npm run tests -- x', 'package.json': '{ "scripts": { "checks": "" } }' },
    { 'README.md': '`npm run checks`', 'package.json': '{ "scripts": { "checks": "" } }' },
  ],
  [
    'a decision that is not listed',
    checkDecisionList,
    { 'infra/decisions/README.md': '[a](2026-01-01-a.md)', 'infra/decisions/2026-01-02-b.md': '' },
    { 'infra/decisions/README.md': '[b](2026-01-02-b.md)', 'infra/decisions/2026-01-02-b.md': '' },
  ],
  [
    'an outdated README',
    (files) => checkReadmeSettings(files, '| `PORT` |'),
    { 'README.md': 'no table' },
    { 'README.md': 'x | `PORT` | y' },
  ],
];

function filesOf(texts: Record<string, string>): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => sourceFile(path, text));
}

describe('checks', () => {
  it.each(planted)('goes red on %s, and green without it', (_, check, broken, mended) => {
    expect(check(filesOf(broken))).toHaveLength(1);
    expect(check(filesOf(mended))).toEqual([]);
  });
});
