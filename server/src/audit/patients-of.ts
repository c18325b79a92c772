const MARK = 'Patient/';
/** What stands before the mark where it begins a reference. The mark alone is looked for: it begins with a rarer character. */
const BEFORE = '"reference":"';

/** A version as far as it matters whose it is. */
interface Version {
  readonly type: string;
  readonly id: string;
  readonly json: string;
}

/**
 * Ids of the patients that versions speak of: a Patient himself, and everybody whom a reference names. Read from the
 * stored text, which our own serializer wrote, so that no version is parsed for its audit.
 */
export function patientsOf(versions: Iterable<Version>, into: Set<string> = new Set()): Set<string> {
  for (const { type, id, json } of versions) {
    if (type === 'Patient') {
      into.add(id);
    }
    for (let at = json.indexOf(MARK); at >= 0; at = json.indexOf(MARK, at)) {
      const isReference = json.startsWith(BEFORE, at - BEFORE.length);
      at += MARK.length;
      if (!isReference) {
        continue;
      }
      const end = json.indexOf('"', at);
      const slash = json.indexOf('/', at);
      into.add(json.slice(at, slash >= 0 && slash < end ? slash : end));
    }
  }
  return into;
}
