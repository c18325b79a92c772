import type { Definitions, PropertyInfo, TypeInfo } from '../definitions/index.ts';

/** Values that satisfy each primitive type. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  base64Binary: 'AAAA',
  boolean: true,
  canonical: 'http://example.org/x',
  code: 'x',
  date: '2020-01-01',
  dateTime: '2020-01-01',
  decimal: 1,
  id: 'x',
  instant: '2020-01-01T00:00:00Z',
  integer: 1,
  integer64: '1',
  markdown: 'x',
  oid: 'urn:oid:1.2.3',
  positiveInt: 1,
  string: 'x',
  time: '12:00:00',
  unsignedInt: 1,
  uri: 'http://example.org/x',
  url: 'http://example.org/x',
  uuid: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7',
  xhtml: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>',
};

/**
 * Builds the smallest instance of a type that its structure allows: required elements only. Rules (invariants) may ask
 * for more; `more` adds to it.
 */
export function minimalInstance(definitions: Definitions, name: string, more: object = {}): Record<string, unknown> {
  const type = definitions.type(name);
  if (!type) {
    throw new Error(`Definitions have no type ${name}`);
  }
  const instance: Record<string, unknown> = type.kind === 'resource' ? { resourceType: name } : {};
  for (const variants of type.elements.values()) {
    const [first] = variants;
    if (first && first.min > 0) {
      const value = sampleOf(definitions, first);
      instance[first.name] = first.array ? [value] : value;
    }
  }
  return { ...fillEmpty(definitions, type, instance), ...more };
}

/** A value for one property. */
export function sampleOf(definitions: Definitions, property: PropertyInfo): unknown {
  if (property.primitive) {
    return codeOf(definitions, property) ?? SAMPLES[property.type];
  }
  switch (property.type) {
    case 'Reference':
      return { reference: `${property.targets?.[0] ?? 'Patient'}/1` };
    case 'CodeableConcept':
      return property.binding?.strength === 'required' ? { coding: [codingOf(definitions, property)] } : { text: 'x' };
    case 'Coding':
      return codingOf(definitions, property);
    case 'Extension':
      return { url: 'http://example.org/x', valueCode: 'x' };
    case 'Resource':
      return { resourceType: 'Basic', code: { text: 'x' } };
    default:
      return minimalInstance(definitions, property.type);
  }
}

function codeSetOf(
  definitions: Definitions,
  property: PropertyInfo,
): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  return property.binding?.strength === 'required' ? definitions.codeSet(property.binding.valueSet) : undefined;
}

function codeOf(definitions: Definitions, property: PropertyInfo): string | undefined {
  if (property.binding?.valueSet.endsWith('/resource-types')) {
    return 'Patient';
  }
  return codeSetOf(definitions, property)?.values().next().value?.values().next().value;
}

function codingOf(definitions: Definitions, property: PropertyInfo): object {
  const entry = codeSetOf(definitions, property)?.entries().next().value;
  return entry ? { system: entry[0], code: [...entry[1]][0] } : { system: 'http://example.org/x', code: 'x' };
}

/** An element must not be empty: give it the first simple thing it may have. */
function fillEmpty(
  definitions: Definitions,
  type: TypeInfo,
  instance: Record<string, unknown>,
): Record<string, unknown> {
  if (Object.keys(instance).length > 0) {
    return instance;
  }
  const simple = [...type.properties.values()].find(
    (p) => p.primitive && p.name !== 'id' && p.element !== 'comparator',
  );
  return simple
    ? { [simple.name]: simple.array ? [sampleOf(definitions, simple)] : sampleOf(definitions, simple) }
    : instance;
}
