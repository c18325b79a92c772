import { fileURLToPath } from 'node:url';
import { settingsTable } from '../../server/src/config/index.ts';
import { checkDecisionList } from './decision-list.ts';
import { checkEnvironmentReads } from './environment-reads.ts';
import { checkImportRings } from './import-rings.ts';
import { checkNoAny } from './no-any.ts';
import { checkRanks } from './ranks.ts';
import { checkReadmeNames } from './readme-names.ts';
import { checkReadmeSettings } from './readme-settings.ts';
import { readSourceFiles, type SourceFile, type Violation } from './source-file.ts';
import { checkWords } from './words.ts';
import { checkWorkspaceArrows } from './workspace-arrows.ts';

/** `npm run checks`: the rules of the house, each with the places where it is broken. */
const checks: Readonly<Record<string, (files: readonly SourceFile[]) => Violation[]>> = {
  'rooms import downwards and through index.ts': checkRanks,
  'no import rings': checkImportRings,
  'workspaces share FHIR, not code': checkWorkspaceArrows,
  'no type any': checkNoAny,
  'no words that do not belong': checkWords,
  'settings are read in one place': checkEnvironmentReads,
  'what a README names is there': checkReadmeNames,
  'every decision is listed': checkDecisionList,
  'README holds the table of settings': (files) => checkReadmeSettings(files, settingsTable()),
};

const files = readSourceFiles(fileURLToPath(new URL('../..', import.meta.url)));
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const violations = check(files);
  failed += violations.length === 0 ? 0 : 1;
  process.stdout.write(`${violations.length === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
  for (const { path, message } of violations) {
    process.stdout.write(`     ${path} ${message}\n`);
  }
}
process.stdout.write(`checks: ${Object.keys(checks).length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
