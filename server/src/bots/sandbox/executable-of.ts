import { stripTypeScriptTypes } from 'node:module';
import { Script } from 'node:vm';
import { moduleKind } from '../module-kind.ts';
import { withoutUnusedImports } from './unused-imports.ts';

/** What a source becomes: the code to execute, or the first line of why it does not compile. */
export type Compiled =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'refused'; readonly text: string };

/** TypeScript without its types; what is more than types, such as an enum, is rewritten. */
function javaScriptOf(source: string): string {
  try {
    return stripTypeScriptTypes(source, { mode: 'strip' });
  } catch {
    return stripTypeScriptTypes(source, { mode: 'transform' });
  }
}

/** What is executed for a source: TypeScript loses its types, everything else stays as it is. Nothing of it is run. */
export function executableOf(source: string, filename: string): Compiled {
  try {
    const code = /\.[cm]?ts$/.test(filename) ? withoutUnusedImports(javaScriptOf(source)) : source;
    if (moduleKind(filename, code) === 'cjs') {
      new Script(`(function (module, exports, require) { ${code}\n})`, { filename });
    } else {
      stripTypeScriptTypes(code, { mode: 'strip' });
    }
    return { kind: 'code', code };
  } catch (error) {
    const text = error instanceof Error ? (error.message.split('\n').find((line) => line.trim() !== '') ?? '') : '';
    return { kind: 'refused', text: text.trim().slice(0, 300) };
  }
}
