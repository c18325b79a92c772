import type { SourceFile, Violation } from './source-file.ts';

/** Checks that the README holds the table of settings as it is. */
export function checkReadmeSettings(files: readonly SourceFile[], table: string): Violation[] {
  const readme = files.find((file) => file.path === 'README.md');
  return readme?.text.includes(table)
    ? []
    : [{ path: 'README.md', message: 'lacks the current table of settings: paste the output of npm run settings' }];
}
