import type { ElementDefinition, StructureDefinition } from '@medplum/fhirtypes';
import type { Definitions } from '../definitions/index.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * Names of the JSON properties of a type that `_summary=true` keeps, choices expanded; looked up once for each type.
 * @see https://hl7.org/fhir/R4/search.html#summary
 */
export function createSummaryElements(definitions: Definitions): (type: string) => ReadonlySet<string> {
  return namesByType(definitions, (element) => element.isSummary === true);
}

/** The same for the elements that every resource of a type has: `_elements` and `_summary=text` keep them. */
export function createMandatoryElements(definitions: Definitions): (type: string) => ReadonlySet<string> {
  return namesByType(definitions, (element) => (element.min ?? 0) > 0);
}

type Chosen = (element: ElementDefinition) => boolean;

function namesByType(definitions: Definitions, chosen: Chosen): (type: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  return (type) => {
    let names = known.get(type);
    if (!names) {
      names = namesOf(definitions, type, chosen);
      known.set(type, names);
    }
    return names;
  };
}

function namesOf(definitions: Definitions, type: string, chosen: Chosen): ReadonlySet<string> {
  const url = `http://hl7.org/fhir/StructureDefinition/${type}`;
  const profile = definitions.resource<StructureDefinition>('StructureDefinition', url);
  const info = definitions.type(type);
  if (!profile || !info) {
    return NONE;
  }
  const names = new Set<string>();
  for (const element of profile.snapshot?.element ?? []) {
    const name = element.path.slice(type.length + 1).replace('[x]', '');
    if (chosen(element) && name !== '' && !name.includes('.')) {
      for (const property of info.elements.get(name) ?? []) {
        names.add(property.name);
      }
    }
  }
  return names;
}
