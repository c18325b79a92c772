const MOST = 20;

/** Paths of the elements in which two JSON values differ, at most 20; never the values. */
export function differingPaths(before: unknown, after: unknown, path = '$'): string[] {
  if (Object.is(before, after)) {
    return [];
  }
  if (!isObject(before) || !isObject(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [path];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const found = names.flatMap((name) => {
    const below = Array.isArray(before) ? `${path}[${name}]` : `${path}.${name}`;
    return differingPaths(before[name], after[name], below);
  });
  return found.slice(0, MOST);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
