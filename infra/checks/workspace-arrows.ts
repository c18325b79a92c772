import { resolveImport, type SourceFile, type Violation } from './source-file.ts';

/** What each workspace may import of the others: they share FHIR, not code. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  server: ['fhir-profiles'],
  bots: ['fhir-profiles'],
  'smart-apps': ['fhir-profiles'],
  'seed-bundles': ['fhir-profiles'],
  'fhir-profiles': [],
};

/** Finds imports from one workspace into another that it may not know, by path or by package name, tests included. */
export function checkWorkspaceArrows(files: readonly SourceFile[]): Violation[] {
  return files.flatMap((file) => {
    const own = file.path.split('/')[0] ?? '';
    const mayImport = allowed[own];
    return mayImport === undefined
      ? []
      : file.imports.flatMap((specifier) => violation(file.path, own, mayImport, specifier));
  });
}

function violation(path: string, own: string, mayImport: readonly string[], specifier: string): Violation[] {
  const target = workspaceOf(path, specifier);
  const isForeign = target !== undefined && target !== own && (target === 'infra' || target in allowed);
  return isForeign && !mayImport.includes(target)
    ? [{ path, message: `imports ${specifier}: ${own} may not import ${target}` }]
    : [];
}

function workspaceOf(path: string, specifier: string): string | undefined {
  const named = /^@mindbridge\/([^/]+)/.exec(specifier)?.[1];
  return named ?? resolveImport(path, specifier)?.split('/')[0];
}
