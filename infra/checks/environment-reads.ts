import { isTest, type SourceFile, type Violation } from './source-file.ts';

/** Finds server code that reads the environment past the table of settings. */
export function checkEnvironmentReads(files: readonly SourceFile[]): Violation[] {
  return files
    .filter(({ path }) => path.startsWith('server/src/') && !isTest(path) && !mayRead(path))
    .filter(({ text }) => /\bprocess\.env\b/.test(text))
    .map(({ path }) => ({ path, message: 'reads process.env: make it a setting in server/src/config/settings.ts' }));
}

/** Settings, the composition root, command-line programs (which read the settings), and the databases of tests. */
function mayRead(path: string): boolean {
  return /^server\/src\/(main\.ts|config\/|database\/testing\.ts)|\/cli\//.test(path);
}
