import type { ElementDefinition, ElementDefinitionType, StructureDefinition } from '@medplum/fhirtypes';
import type { BindingInfo, Invariant, PackedType, PropertyInfo } from './type-info.ts';

const SYSTEM_TYPE = 'http://hl7.org/fhirpath/System.';
const FHIR_TYPE_EXTENSION = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';
const SD_BASE = 'http://hl7.org/fhir/StructureDefinition/';
/** Invariants that every element repeats; the validator applies them to every object by itself. */
const UNIVERSAL = new Set(['ele-1', 'ext-1']);

/** The type a StructureDefinition defines; logical models are known by their name. */
export function typeNameOf(definition: StructureDefinition): string {
  return definition.derivation === 'constraint' || definition.kind === 'logical' ? definition.name : definition.type;
}

/**
 * Turns one StructureDefinition into packed types: its own, then one for every backbone element in it.
 * @see https://hl7.org/fhir/R4/structuredefinition.html
 */
export function packTypes(definition: StructureDefinition): PackedType[] {
  const elements = definition.snapshot?.element ?? [];
  const [root, ...rest] = elements;
  if (!root) {
    return [];
  }
  const types: PackedType[] = [];
  const name = typeNameOf(definition);
  const children = childrenByParent(rest);
  const resource = definition.kind === 'resource' || definition.kind === 'logical';
  const pack = (element: ElementDefinition, kind: PackedType['kind']): void => {
    const path = element === root ? name : (element.path as string);
    const below = children.get(element.path as string) ?? [];
    types.push({
      name: path,
      kind,
      abstract: element === root && definition.abstract === true,
      base: element === root ? definition.baseDefinition?.split('/').at(-1) : element.type?.[0]?.code,
      properties: below.flatMap((child) => propertiesOf(child, children.has(child.path as string))),
      invariants: invariantsOf(element),
    });
    for (const child of below) {
      if (children.has(child.path as string)) {
        pack(child, 'backbone');
      }
    }
  };
  pack(root, resource ? 'resource' : (definition.kind as 'complex-type' | 'primitive-type'));
  return types;
}

function childrenByParent(elements: readonly ElementDefinition[]): Map<string, ElementDefinition[]> {
  const children = new Map<string, ElementDefinition[]>();
  for (const element of elements) {
    const path = element.path as string;
    if (element.sliceName || element.max === '0') {
      continue;
    }
    const parent = path.slice(0, path.lastIndexOf('.'));
    const siblings = children.get(parent);
    if (siblings) {
      siblings.push(element);
    } else {
      children.set(parent, [element]);
    }
  }
  return children;
}

function propertiesOf(element: ElementDefinition, backbone: boolean): PropertyInfo[] {
  const path = element.path as string;
  const last = path.slice(path.lastIndexOf('.') + 1);
  const choice = last.endsWith('[x]') ? last.slice(0, -3) : undefined;
  const invariants = backbone ? [] : invariantsOf(element);
  const common = {
    element: choice ?? last,
    path,
    array: (element.base?.max ?? element.max) !== '1',
    min: element.min ?? 0,
    max: element.max === '*' ? -1 : Number(element.max ?? 1),
    ...(choice && { choice }),
    ...(invariants.length && { invariants }),
  };
  if (element.contentReference) {
    const type = element.contentReference.slice(element.contentReference.indexOf('#') + 1);
    return [{ ...common, name: last, type, primitive: false }];
  }
  return (element.type ?? []).map((type) => {
    const code = backbone ? path : codeOf(element, type);
    const binding = bindingOf(element, code);
    return {
      ...common,
      name: choice ? choice + code.charAt(0).toUpperCase() + code.slice(1) : last,
      type: code,
      primitive: isPrimitiveName(code),
      ...(type.targetProfile && targetsOf(type)),
      ...(type.profile?.[0]?.startsWith(SD_BASE) && { profile: type.profile[0].slice(SD_BASE.length) }),
      ...(binding && { binding }),
    };
  });
}

/** Primitive types start with a small letter; everything else does not. */
function isPrimitiveName(code: string): boolean {
  return !code.includes('.') && code.charAt(0) >= 'a' && code.charAt(0) <= 'z';
}

function codeOf(element: ElementDefinition, type: ElementDefinitionType): string {
  const code = type.code as string;
  if (!code.startsWith(SYSTEM_TYPE)) {
    return code;
  }
  if (element.base?.path === 'Resource.id' || /^[A-Z][A-Za-z]*\.id$/.test(element.path as string)) {
    return element.base?.path === 'Element.id' ? 'string' : 'id';
  }
  const extension = type.extension?.find((e) => e.url === FHIR_TYPE_EXTENSION);
  return extension?.valueUrl ?? extension?.valueUri ?? 'string';
}

function targetsOf(type: ElementDefinitionType): { targets?: string[] } {
  const targets = (type.targetProfile ?? []).map((url) => url.slice(url.lastIndexOf('/') + 1));
  return targets.includes('Resource') ? {} : { targets };
}

const BINDABLE = new Set(['code', 'Coding', 'CodeableConcept', 'Quantity', 'string', 'uri']);

function bindingOf(element: ElementDefinition, code: string): BindingInfo | undefined {
  const binding = element.binding;
  if (!binding?.valueSet || !BINDABLE.has(code)) {
    return undefined;
  }
  return { strength: binding.strength as BindingInfo['strength'], valueSet: binding.valueSet.split('|')[0] as string };
}

function invariantsOf(element: ElementDefinition): Invariant[] {
  return (element.constraint ?? [])
    .filter((c) => c.expression && !UNIVERSAL.has(c.key as string))
    .map((c) => ({
      key: c.key as string,
      severity: c.severity as Invariant['severity'],
      expression: c.expression as string,
      human: c.human as string,
    }));
}
