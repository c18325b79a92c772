/** A dotted path into a resource, such as `name` or `component.valueQuantity`; lists on the way are walked through. */
type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names under which an element is stored: a choice `value[x]` has many, and a primitive has a shadow with `_`. */
function storedNames(holder: Json, name: string): string[] {
  if (name.endsWith('[x]')) {
    const base = name.slice(0, -3);
    return Object.keys(holder).filter((key) => key.replace(/^_/, '').startsWith(base) && /^_?[a-z]+[A-Z]/.test(key));
  }
  return [name, `_${name}`].filter((key) => Object.hasOwn(holder, key));
}

function cloned(value: unknown, rest: readonly string[]): unknown {
  const [name, ...below] = rest;
  if (name === undefined) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((part: unknown) => cloned(part, rest));
  }
  if (!isObject(value)) {
    return value;
  }
  const copy = { ...value };
  for (const key of storedNames(copy, name)) {
    copy[key] = cloned(copy[key], below);
  }
  return copy;
}

/** A copy of the value that shares everything except what lies on the path. */
export function clonePath<T>(value: T, path: string): T {
  return cloned(value, path.split('.')) as T;
}

function remove(value: unknown, [name, ...below]: readonly string[]): void {
  if (Array.isArray(value)) {
    for (const part of value) {
      remove(part, name === undefined ? [] : [name, ...below]);
    }
  } else if (isObject(value) && name !== undefined) {
    for (const key of storedNames(value, name)) {
      if (below.length > 0) {
        remove(value[key], below);
        pruneEmpty(value, key);
      } else {
        delete value[key];
      }
    }
  }
}

/** FHIR knows no empty objects and lists: what the removal emptied goes too. @see https://hl7.org/fhir/R4/json.html */
function pruneEmpty(holder: Json, key: string): void {
  const value = holder[key];
  const isEmpty = (part: unknown): boolean => isObject(part) && Object.keys(part).length === 0;
  const kept = Array.isArray(value) ? value.filter((part) => !isEmpty(part)) : value;
  if (isEmpty(kept) || (Array.isArray(kept) && kept.length === 0)) {
    delete holder[key];
  } else {
    holder[key] = kept;
  }
}

/** Takes an element out, in place. */
export function removePath(value: unknown, path: string): void {
  remove(value, path.split('.'));
}

/** The element at a path as it stands, in comparable form: everything found, in order. */
export function elementAt(value: unknown, path: string): unknown[] {
  const [name, ...below] = path.split('.');
  if (Array.isArray(value)) {
    return value.flatMap((part: unknown) => elementAt(part, path));
  }
  if (!isObject(value) || name === undefined) {
    return [];
  }
  return storedNames(value, name).flatMap((key) =>
    below.length === 0 ? [[key, value[key]]] : elementAt(value[key], below.join('.')),
  );
}

function restore(before: unknown, after: unknown, [name, ...below]: readonly string[]): void {
  if (name === undefined || !isObject(after)) {
    return;
  }
  const source = isObject(before) ? before : {};
  if (below.length === 0) {
    for (const key of storedNames(after, name)) {
      delete after[key];
    }
    for (const key of storedNames(source, name)) {
      after[key] = source[key];
    }
    return;
  }
  for (const key of new Set([...storedNames(source, name), ...storedNames(after, name)])) {
    restoreBelow(source[key], after, key, below);
  }
}

function restoreBelow(before: unknown, holder: Json, key: string, below: readonly string[]): void {
  const after = holder[key];
  if (Array.isArray(after)) {
    const parts = Array.isArray(before) ? before : [];
    after.forEach((part: unknown, index) => {
      restore(partner(part, parts, index), part, below);
    });
  } else if (isObject(after) || (after === undefined && isObject(before))) {
    holder[key] = { ...after };
    restore(before, holder[key], below);
    pruneEmpty(holder, key);
  }
}

/** The list entry that an entry of the new version stands for: the one with the same id, else the one at the same place. */
function partner(part: unknown, candidates: readonly unknown[], index: number): unknown {
  const id = isObject(part) ? part.id : undefined;
  return id === undefined
    ? candidates[index]
    : candidates.find((candidate) => isObject(candidate) && candidate.id === id);
}

/** Gives an element the value it had before, in place; what was not there before goes away. */
export function restorePath(before: unknown, after: unknown, path: string): void {
  restore(before, after, path.split('.'));
}
