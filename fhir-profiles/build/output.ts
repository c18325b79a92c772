import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CompiledDefinition, canonicalsSource } from './canonicals-source.ts';
import { workspace } from './compile.ts';

const hashFile = 'generated/source.sha256';

function isDefinition(resource: Record<string, unknown>): resource is Record<string, unknown> & CompiledDefinition {
  return typeof resource.url === 'string' && typeof resource.id === 'string';
}

function filesUnder(folder: string): string[] {
  const entries = readdirSync(join(workspace, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** SHA-256 over names and texts of the FSH sources: tells whether the committed output belongs to them. */
export function sourceHash(): string {
  const hash = createHash('sha256');
  for (const file of filesUnder('fsh').sort()) {
    hash.update(file.slice(workspace.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Does the committed output carry the hash of the present sources? */
export function isCurrent(): boolean {
  const path = join(workspace, hashFile);
  return existsSync(path) && readFileSync(path, 'utf8').trim() === sourceHash();
}

/** Every file of the output by its path in the workspace: definitions, examples, canonicals.ts and the source hash. */
export function outputFiles(compiled: ReadonlyMap<string, Record<string, unknown>>): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, resource] of compiled) {
    const folder = isDefinition(resource) ? 'generated' : 'generated/examples';
    files.set(`${folder}/${name}`, `${JSON.stringify(resource, undefined, 1)}\n`);
  }
  files.set('src/canonicals.ts', canonicalsSource([...compiled.values()].filter(isDefinition)));
  files.set(hashFile, `${sourceHash()}\n`);
  return files;
}

/** Replaces `generated/` and `src/canonicals.ts`. */
export function writeOutput(files: ReadonlyMap<string, string>): void {
  rmSync(join(workspace, 'generated'), { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
}

/** Paths whose committed text differs from the output, and committed files that the output lacks. */
export function staleFiles(files: ReadonlyMap<string, string>): string[] {
  const differing = [...files].filter(([path, text]) => {
    const committed = join(workspace, path);
    return !existsSync(committed) || readFileSync(committed, 'utf8') !== text;
  });
  const surplus = filesUnder('generated').map((file) => file.slice(workspace.length + 1));
  return [...differing.map(([path]) => path), ...surplus.filter((path) => !files.has(path))];
}
