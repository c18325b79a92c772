import { isTest, type SourceFile, type Violation } from './source-file.ts';

interface WordRule {
  readonly pattern: RegExp;
  readonly message: string;
  readonly applies: (path: string) => boolean;
}

const isCode = (path: string): boolean => /\.(tsx?|mjs)$/.test(path);
const isOurs = (path: string): boolean => !path.startsWith('infra/checks/words');

const rules: readonly WordRule[] = [
  { pattern: /\b(TODO|FIXME|HACK|XXX)\b/, message: 'leaves work for later', applies: isOurs },
  {
    pattern: /\/(work|farm)\/(main|shared|notes|in)\b|\/tmp\/mb-/,
    message: 'names a path of one machine',
    applies: isOurs,
  },
  {
    pattern: /\b(subagent|co-authored-by|as an ai (language )?model|claude code)\b/i,
    message: 'speaks of how it was written',
    applies: isOurs,
  },
  { pattern: /^\s*debugger\b/, message: 'stops in the debugger', applies: isCode },
  { pattern: /\b(describe|it|test)\.only\(/, message: 'runs one test only', applies: isTest },
];

/** Finds words that have no place in the repository. */
export function checkWords(files: readonly SourceFile[]): Violation[] {
  return files.flatMap((file) => rules.filter((rule) => rule.applies(file.path)).flatMap((rule) => found(file, rule)));
}

function found(file: SourceFile, { pattern, message }: WordRule): Violation[] {
  return file.text.split('\n').flatMap((line, index) => {
    const match = pattern.exec(line);
    return match === null ? [] : [{ path: `${file.path}:${index + 1}`, message: `${message}: "${match[0].trim()}"` }];
  });
}
