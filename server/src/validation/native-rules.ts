import { isJson, type Json } from './json.ts';
import { type Run, report } from './run.ts';

/** Rule ext-1: an extension has a value or extensions inside. `chosen` names the value that was found. */
export function checkExtension(run: Run, json: Json, chosen: ReadonlyMap<string, string> | undefined): void {
  if ((json.extension !== undefined) === (chosen !== undefined)) {
    const text = 'An extension must have either a value or extensions inside, not both';
    report(run, { code: 'invariant', key: 'invariant-ext-1', text });
  }
}

/** Rules dom-2, dom-4 and dom-5 of what is contained. @see https://hl7.org/fhir/R4/domainresource.html */
export function checkContainedForm(run: Run, json: Json): void {
  if (json.contained !== undefined) {
    report(run, { code: 'invariant', key: 'invariant-dom-2', text: 'A contained resource must not contain others' });
  }
  const meta = isJson(json.meta) ? json.meta : {};
  if (meta.versionId !== undefined || meta.lastUpdated !== undefined) {
    report(run, {
      code: 'invariant',
      key: 'invariant-dom-4',
      text: 'A contained resource has no versionId or lastUpdated',
    });
  }
  if (meta.security !== undefined) {
    report(run, { code: 'invariant', key: 'invariant-dom-5', text: 'A contained resource has no security labels' });
  }
}

/** Rule dom-3: what is contained is referred to, or refers to its container. Its id is its own within the resource. */
export function checkContainedAreUsed(run: Run, json: Json): void {
  const contained = Array.isArray(json.contained) ? json.contained : [];
  const ids = new Set<unknown>();
  contained.forEach((resource: unknown, index) => {
    const id = isJson(resource) ? resource.id : undefined;
    if (typeof id === 'string' && ids.has(id)) {
      const text = 'Another contained resource has this id already';
      report(run, { code: 'duplicate', key: 'contained-id', text }, 'contained', index, 'id');
    }
    ids.add(id);
    if (typeof id === 'string' && !run.fragments?.has(`#${id}`) && !refersToContainer(resource)) {
      const text = 'A contained resource must be referred to from the resource that holds it';
      report(run, { code: 'invariant', key: 'invariant-dom-3', text }, 'contained', index);
    }
  });
}

/** Deeper than this nothing is looked at: such a resource is refused for its depth. */
const MAX_DEPTH = 100;

function refersToContainer(value: unknown, depth = 0): boolean {
  if (depth > MAX_DEPTH) {
    return false;
  }
  if (Array.isArray(value)) {
    return value.some((item) => refersToContainer(item, depth + 1));
  }
  return (
    isJson(value) &&
    (value.reference === '#' || Object.values(value).some((item) => refersToContainer(item, depth + 1)))
  );
}
