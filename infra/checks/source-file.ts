import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One file of the repository as the checks see it. */
export interface SourceFile {
  /** Path from the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** What its import and export declarations and `import()` calls name, types included; empty for files that are not TypeScript. */
  readonly imports: readonly string[];
}

/** One place where a rule is broken. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** Makes a source file from its text. */
export function sourceFile(path: string, text: string): SourceFile {
  const imports = /\.tsx?$/.test(path)
    ? ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName)
    : [];
  return { path, text, imports };
}

/** Reads every text file that git knows or would add, apart from generated ones and locks. */
export function readSourceFiles(root: string): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return listed
    .split('\n')
    .filter(
      (path) =>
        /\.(tsx?|mjs|json|sql|md|fsh|css|html|sh)$|^\.ci\//.test(path) &&
        !/(^|\/)(generated|package-lock\.json)/.test(path),
    )
    .flatMap((path) => {
      try {
        return [sourceFile(path, readFileSync(join(root, path), 'utf8'))];
      } catch {
        return [];
      }
    });
}

/** True for tests and what only they use (`testing.ts`, `…-fixture.ts`): they may look into any room. */
export function isTest(path: string): boolean {
  return /\.(test|e2e)\.tsx?$|\/testing\/|(\/|-)(testing|fixture)\.ts$/.test(path);
}

/** Path that a relative import names, from the root of the repository; undefined for packages. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) {
    return undefined;
  }
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') {
      parts.pop();
    } else if (part !== '.') {
      parts.push(part);
    }
  }
  return parts.join('/');
}
