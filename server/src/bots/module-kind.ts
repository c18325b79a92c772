/** Is the code an ES module? By its file name, else by its first export or import at the start of a line. */
export function moduleKind(filename: string, code: string): 'cjs' | 'esm' {
  if (/\.c[jt]s$/.test(filename)) {
    return 'cjs';
  }
  return /\.m[jt]s$/.test(filename) || /^\s*(?:export|import)[\s{*]/m.test(code) ? 'esm' : 'cjs';
}
