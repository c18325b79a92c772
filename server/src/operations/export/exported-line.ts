import type { Resource } from '@medplum/fhirtypes';
import { type AccessGrant, hiddenFields, redact } from '../../access/index.ts';
import type { Definitions } from '../../definitions/index.ts';
import type { StoredResource } from '../../fhir/index.ts';

/** Marks what was cut. @see https://hl7.org/fhir/R4/search.html#elements */
const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
const ALWAYS = ['resourceType', 'id', 'meta'];

/** Turns a stored version into its line. */
export type ExportedLine = (stored: Pick<StoredResource, 'json'>) => string;

/** Names of the top-level properties that `_elements` keeps of a type, with those that must not be missing. */
function keptNames(definitions: Definitions, type: string, elements: readonly string[]): Set<string> | undefined {
  const wanted = elements.flatMap((element) => {
    const [first = '', second] = element.split('.');
    return second === undefined ? [first] : first === type ? [second] : [];
  });
  if (wanted.length === 0) {
    return undefined;
  }
  const kept = new Set(ALWAYS);
  for (const property of definitions.type(type)?.properties.values() ?? []) {
    if (property.min > 0 || wanted.includes(property.element) || wanted.includes(property.name)) {
      kept.add(property.name);
      kept.add(`_${property.name}`);
    }
  }
  return kept;
}

function cut(resource: Resource, kept: ReadonlySet<string>): Resource {
  const entries = Object.entries(resource).filter(([name]) => kept.has(name));
  const meta = { ...resource.meta, tag: [...(resource.meta?.tag ?? []), SUBSETTED] };
  return { ...Object.fromEntries(entries), meta } as Resource;
}

/**
 * How the resources of a type leave: the stored text itself unless fields are hidden from the caller, elements are chosen,
 * or the text carries accounts that only trusted callers see.
 */
export function exportedLine(
  definitions: Definitions,
  grant: AccessGrant,
  type: string,
  elements: readonly string[],
): ExportedLine {
  const hidden = hiddenFields(grant, type);
  const kept = keptNames(definitions, type, elements);
  return ({ json }) => {
    const showsAccounts = !grant.extendedMode && json.includes('"accounts":');
    if (hidden.length === 0 && !kept && !showsAccounts) {
      return json;
    }
    let resource = redact(JSON.parse(json) as Resource, hidden);
    if (!grant.extendedMode && resource.meta) {
      const { accounts: _, ...meta } = resource.meta;
      resource = { ...resource, meta };
    }
    return JSON.stringify(kept ? cut(resource, kept) : resource);
  };
}
