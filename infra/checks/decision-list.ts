import type { SourceFile, Violation } from './source-file.ts';

const LIST = 'infra/decisions/README.md';

/** Checks that the list of decisions links every one of them. */
export function checkDecisionList(files: readonly SourceFile[]): Violation[] {
  const list = files.find(({ path }) => path === LIST)?.text ?? '';
  return files
    .map(({ path }) => path)
    .filter((path) => /^infra\/decisions\/\d/.test(path) && !list.includes(`(${path.split('/').pop()})`))
    .map((path) => ({ path, message: `is not in ${LIST}` }));
}
