import { posix } from 'node:path';
import type { SourceFile, Violation } from './source-file.ts';

const FOLDERS = /^(?:server|bots|smart-apps|infra|fhir-profiles|seed-bundles)\//;
/** Files as a text names them; the kinds are those that `readSourceFiles` reads. */
const FILE = /^[\w@./-]+\.(?:tsx?|mjs|sql|json|md|fsh|css|html)$/;
/** Files that are made while the product runs. */
const MADE = /^(?:DATA_DIR|data)\/|^demo\.json$|\.well-known|NNNN/;

/** Checks that what a Markdown text names is there: files and folders in backticks or links, and the scripts of `npm run`. */
export function checkReadmeNames(files: readonly SourceFile[]): Violation[] {
  const paths = new Set(files.map(({ path }) => path));
  const names = new Set([...paths].flatMap((path) => tailsOf(path)));
  const folders = new Set([...paths].flatMap((path) => headsOf(path)));
  const scripts = new Set(files.filter(({ path }) => path.endsWith('package.json')).flatMap(scriptsOf));
  const isThere = (from: string, name: string): boolean => {
    const tried = [name, posix.join(posix.dirname(from), name)].map((path) => path.replace(/\/$/, ''));
    return tried.some((path) => paths.has(path) || folders.has(path)) || names.has(name);
  };
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        const lost = [
          ...namesIn(line).filter((name) => !isThere(path, name)),
          ...scriptsIn(line).filter((name) => !scripts.has(name)),
        ];
        return lost.map((name) => ({ path: `${path}:${index + 1}`, message: `names ${name}, which is not there` }));
      }),
    );
}

/** `a/b/c.ts`, `b/c.ts` and `c.ts`: a text may leave out the folder that it speaks of. */
function tailsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(index).join('/'));
}

function headsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function scriptsOf({ text }: SourceFile): string[] {
  return Object.keys((JSON.parse(text) as { scripts?: Record<string, string> }).scripts ?? {});
}

function namesIn(line: string): string[] {
  const quoted = [...line.matchAll(/`([^`\s]+)`|\]\(([^)#\s]+)\)/g)].map(([, code, link]) => code ?? link ?? '');
  const run = [...line.matchAll(/\bnode ((?:\w|-)+\/[\w./-]+\.(?:ts|mjs))/g)].map(([, path]) => path ?? '');
  return [...quoted, ...run].filter(
    (name) => (FILE.test(name) || (FOLDERS.test(name) && /^[\w/-]+$/.test(name))) && !MADE.test(name),
  );
}

function scriptsIn(line: string): string[] {
  return [...line.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name]) => name ?? '');
}
