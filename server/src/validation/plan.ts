import type { Definitions, PropertyInfo, TypeInfo } from '../definitions/index.ts';
import { type CompiledInvariant, compileInvariants } from './invariants.ts';
import { type FormatCheck, PRIMITIVE_FORMATS } from './primitive-format.ts';
import { type RequiredCodes, requiredCodes } from './required-codes.ts';

/** How one JSON property is checked. */
export interface PropertyPlan {
  readonly kind: 'primitive' | 'sibling' | 'object' | 'resource' | 'resourceType';
  /** JSON property without underscore. */
  readonly name: string;
  /** FHIRPath name. */
  readonly element: string;
  readonly array: boolean;
  /** Upper bound of an array; -1 for none. */
  readonly max: number;
  /** Bit of the required element it satisfies; 0 for none. */
  readonly bit: number;
  /** Name of the choice it belongs to; empty for none. */
  readonly choice: string;
  readonly type: string;
  readonly format?: FormatCheck;
  readonly codes?: RequiredCodes;
  readonly targets?: ReadonlySet<string>;
  /** May it hold a local reference? */
  readonly uri: boolean;
  readonly invariants: readonly CompiledInvariant[];
  /** Plan of the values, looked up when first needed because types are recursive. */
  plan(): Plan;
}

/** How the objects of one type are checked. */
export interface Plan {
  readonly name: string;
  /** Resources may be empty; elements may not. */
  readonly element: boolean;
  readonly properties: ReadonlyMap<string, PropertyPlan>;
  /** Bits of all required elements, and the elements themselves by bit. */
  readonly required: number;
  readonly requiredElements: readonly RequiredElement[];
  readonly invariants: readonly CompiledInvariant[];
}

/** A required element, for the text of an issue. */
export interface RequiredElement {
  readonly bit: number;
  readonly element: string;
  readonly needed: string;
}

/** Compiles plans of types, each once. */
export function createPlans(definitions: Definitions): (type: string) => Plan {
  const plans = new Map<string, Plan>();
  const planOf = (name: string): Plan => {
    let plan = plans.get(name);
    if (!plan) {
      const type = definitions.type(name);
      if (!type) {
        throw new Error(`Definitions have no type ${name}`);
      }
      plan = compilePlan(type, definitions, planOf);
      plans.set(name, plan);
    }
    return plan;
  };
  return planOf;
}

function compilePlan(type: TypeInfo, definitions: Definitions, planOf: (type: string) => Plan): Plan {
  const requiredElements: RequiredElement[] = [];
  const properties = new Map<string, PropertyPlan>();
  for (const [element, variants] of type.elements) {
    const bit = (variants[0]?.min ?? 0) > 0 ? 1 << requiredElements.length : 0;
    const plans = variants.map((info) => propertyPlan(info, bit, definitions, planOf));
    if (bit) {
      const examples = plans.find((p) => p.codes)?.codes?.examples;
      requiredElements.push({ bit, element, needed: examples ?? variants.map((v) => shownType(v.type)).join(' or ') });
    }
    for (const plan of plans) {
      properties.set(plan.name, plan);
      if (plan.kind === 'primitive') {
        properties.set(`_${plan.name}`, { ...plan, kind: 'sibling' });
      }
    }
  }
  if (requiredElements.length > 31) {
    throw new Error(`Type ${type.name} has more required elements than bits`);
  }
  if (type.kind === 'resource') {
    properties.set('resourceType', RESOURCE_TYPE);
  }
  return {
    name: type.name,
    element: type.kind !== 'resource',
    properties,
    required: requiredElements.reduce((mask, { bit }) => mask | bit, 0),
    requiredElements,
    invariants: compileInvariants(type.invariants, type.name, definitions),
  };
}

function shownType(type: string): string {
  return type.includes('.') ? 'an object' : type;
}

const RESOURCE_TYPE: PropertyPlan = {
  kind: 'resourceType',
  name: 'resourceType',
  element: 'resourceType',
  array: false,
  max: 1,
  bit: 0,
  choice: '',
  type: 'code',
  uri: false,
  invariants: [],
  plan: () => {
    throw new Error('resourceType has no plan');
  },
};

const URI_TYPES = new Set(['uri', 'url', 'canonical']);

function propertyPlan(
  info: PropertyInfo,
  bit: number,
  definitions: Definitions,
  planOf: (type: string) => Plan,
): PropertyPlan {
  const codes = info.binding?.strength === 'required' ? requiredCodes(info.binding.valueSet, definitions) : undefined;
  let plan: Plan | undefined;
  const valueType = info.primitive ? 'Element' : constrainedType(info, definitions);
  return {
    kind: info.primitive ? 'primitive' : info.type === 'Resource' ? 'resource' : 'object',
    name: info.name,
    element: info.element,
    array: info.array,
    max: info.max,
    bit,
    choice: info.choice ?? '',
    type: info.type,
    ...(info.primitive && { format: PRIMITIVE_FORMATS[info.type] ?? PRIMITIVE_FORMATS.string }),
    ...(codes && { codes }),
    ...(info.targets && info.type === 'Reference' && { targets: new Set(info.targets) }),
    uri: URI_TYPES.has(info.type),
    invariants: compileInvariants(info.invariants ?? [], info.type, definitions),
    plan() {
      plan ??= planOf(valueType);
      return plan;
    },
  };
}

function constrainedType(info: PropertyInfo, definitions: Definitions): string {
  return info.profile && info.type === 'Quantity' && definitions.type(info.profile) ? info.profile : info.type;
}
