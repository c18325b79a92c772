import { resolveImport, type SourceFile, type Violation } from './source-file.ts';

/** Finds rings of files that import one another, type imports included. */
export function checkImportRings(files: readonly SourceFile[]): Violation[] {
  const graph = importGraph(files);
  return stronglyConnected(graph)
    .filter((ring) => ring.length > 1)
    .map((ring) => ({
      path: ring[0] as string,
      message: `is in an import ring of ${ring.length} files: ${ring.join(', ')}`,
    }));
}

type Graph = ReadonlyMap<string, readonly string[]>;

function importGraph(files: readonly SourceFile[]): Graph {
  const paths = new Set(files.map((file) => file.path));
  const graph = new Map<string, string[]>();
  for (const file of files) {
    const targets = file.imports.flatMap((specifier) => {
      const base = resolveImport(file.path, specifier);
      const found =
        base &&
        [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`].find((path) => paths.has(path));
      return found ? [found] : [];
    });
    graph.set(file.path, targets);
  }
  return graph;
}

/** Tarjan's algorithm. */
function stronglyConnected(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const lower = (node: string, value: number): void => {
    low.set(node, Math.min(low.get(node) ?? value, value));
  };
  const visit = (node: string): void => {
    order.set(node, order.size);
    low.set(node, order.get(node) as number);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) {
        visit(next);
        lower(node, low.get(next) as number);
      } else if (stack.includes(next)) {
        lower(node, order.get(next) as number);
      }
    }
    if (low.get(node) === order.get(node)) {
      found.push(stack.splice(stack.indexOf(node)));
    }
  };
  for (const node of graph.keys()) {
    if (!order.has(node)) {
      visit(node);
    }
  }
  return found;
}
