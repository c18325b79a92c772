import ts from 'typescript';
import type { SourceFile, Violation } from './source-file.ts';

/** Finds the type `any` in TypeScript files: what is unknown is `unknown` until a schema or a guard has read it. */
export function checkNoAny(files: readonly SourceFile[]): Violation[] {
  return files.filter((file) => /\.tsx?$/.test(file.path) && /\bany\b/.test(file.text)).flatMap(anyKeywords);
}

function anyKeywords(file: SourceFile): Violation[] {
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, false);
  const found: Violation[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const { line } = tree.getLineAndCharacterOfPosition(node.pos);
      found.push({ path: `${file.path}:${line + 1}`, message: 'uses the type any' });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
