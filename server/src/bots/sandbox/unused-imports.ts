const CLAUSE = /^([ \t]*)import[ \t]*\{([^}]*)\}[ \t]*from[ \t]*(['"])([^'"\n]+)\3[ \t]*;?/gm;
const COMMENT = /\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm;
/** Packages that hold types alone: whatever is imported of them is gone once the types are. */
const TYPES_ONLY = new Set(['@medplum/fhirtypes']);

/**
 * The code without the names that it imports and never uses, as TypeScript leaves out what was imported for its type alone:
 * `import { BotEvent, MedplumClient } from '@medplum/core'` of Medplum's own examples names nothing that exists at run time.
 */
export function withoutUnusedImports(code: string): string {
  const body = code.replace(COMMENT, '').replace(CLAUSE, '');
  const isUsed = (name: string): boolean =>
    new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(body);
  return code.replace(CLAUSE, (whole, indent: string, list: string, quote: string, from: string) => {
    const specifiers = list.split(',').map((specifier) => specifier.trim());
    const kept = specifiers.filter((specifier) => specifier !== '' && isUsed(specifier.split(/\s+as\s+/).at(-1) ?? ''));
    const breaks = '\n'.repeat(whole.split('\n').length - 1);
    return kept.length === 0 || TYPES_ONLY.has(from)
      ? breaks
      : `${indent}import { ${kept.join(', ')} } from ${quote}${from}${quote};${breaks}`;
  });
}
