/** A rule written in FHIRPath, as a StructureDefinition states it. */
export interface Invariant {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly expression: string;
  readonly human: string;
}

/** How an element is bound to a value set. */
export interface BindingInfo {
  readonly strength: 'required' | 'extensible' | 'preferred' | 'example';
  /** Canonical URL of the value set without its version. */
  readonly valueSet: string;
}

/** One JSON property of a type; a choice element gives one of these for each of its types. */
export interface PropertyInfo {
  /** JSON property, such as `valueQuantity`. */
  readonly name: string;
  /** FHIRPath name, such as `value`. */
  readonly element: string;
  /** Path of the definition, such as `Observation.value[x]`. */
  readonly path: string;
  /** Type name; a backbone element has its path (`Patient.contact`), a contained resource `Resource`. */
  readonly type: string;
  readonly primitive: boolean;
  readonly array: boolean;
  readonly min: number;
  /** Upper bound; `Infinity` does not survive JSON, so `*` is -1. */
  readonly max: number;
  /** Name of the choice, such as `value`; absent for a plain element. */
  readonly choice?: string;
  /** Resource types a Reference or canonical may point to; absent when any. */
  readonly targets?: readonly string[];
  /** Constrained datatype, such as `SimpleQuantity`. */
  readonly profile?: string;
  readonly binding?: BindingInfo;
  /** Invariants stated on the element itself (not those of its type). */
  readonly invariants?: readonly Invariant[];
}

/** One type: resource, datatype, backbone element or primitive. */
export interface TypeInfo {
  readonly name: string;
  readonly kind: 'resource' | 'complex-type' | 'primitive-type' | 'backbone';
  readonly abstract: boolean;
  /** Name of the base type, such as `DomainResource`. */
  readonly base?: string;
  /** By JSON property; a Map, so that `__proto__` or `constructor` never resolve. */
  readonly properties: ReadonlyMap<string, PropertyInfo>;
  /** JSON properties of each FHIRPath element name: `value` → `valueQuantity`, `valueString` … */
  readonly elements: ReadonlyMap<string, readonly PropertyInfo[]>;
  readonly invariants: readonly Invariant[];
}

/** TypeInfo as it lies in the cache. */
export interface PackedType {
  readonly name: string;
  readonly kind: TypeInfo['kind'];
  readonly abstract: boolean;
  readonly base?: string;
  readonly properties: readonly PropertyInfo[];
  readonly invariants: readonly Invariant[];
}

/** Gives a packed type its maps. */
export function unpackType(packed: PackedType): TypeInfo {
  const elements = new Map<string, PropertyInfo[]>();
  for (const property of packed.properties) {
    const list = elements.get(property.element);
    if (list) {
      list.push(property);
    } else {
      elements.set(property.element, [property]);
    }
  }
  return { ...packed, properties: new Map(packed.properties.map((p) => [p.name, p])), elements };
}
