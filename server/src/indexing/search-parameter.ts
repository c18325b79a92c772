import type { ElementPath } from './expression.ts';

/** Kinds of search parameters that have rows; `uri` rows lie with the tokens, `number` rows with the quantities. */
export type StoredKind = 'token' | 'reference' | 'string' | 'date' | 'number' | 'quantity' | 'uri';

/** Where the values of a parameter are read: rows of one stored parameter, narrowed when it only shares them. */
export interface RowSource {
  readonly key: number;
  readonly targetType?: string;
  /** Key of the only system, such as that of `phone`. */
  readonly system?: number;
}

/** One place in which a composite parameter looks for all its components. */
export interface CompositeContext {
  /** Do the components repeat within the resource, so that their rows must have one `ord`? */
  readonly iterated: boolean;
  readonly components: readonly CompositeComponent[];
}

export interface CompositeComponent {
  readonly parameter: IndexedParameter;
  readonly sources: readonly RowSource[];
  /** False when the component lies outside of the repeated element (`%resource…`). */
  readonly within: boolean;
}

/** One search parameter as one resource type has it. @see https://hl7.org/fhir/R4/searchparameter.html */
export interface IndexedParameter {
  readonly resourceType: string;
  readonly code: string;
  readonly url: string;
  readonly kind: StoredKind | 'composite' | 'special';
  /** Rows it reads; empty for composite and special ones. */
  readonly sources: readonly RowSource[];
  /** Can a resource have several rows? */
  readonly multiple: boolean;
  /** Resource types that a reference can point to. */
  readonly targets: readonly string[];
  /** Element paths without the resource type, such as `name.family`: what hidden fields are compared with. */
  readonly elements: readonly string[];
  /** The same as JSON properties, such as `medicationCodeableConcept`. */
  readonly jsonPaths: readonly string[];
  /** Names of the types of its elements, such as `CodeableConcept`. */
  readonly types: ReadonlySet<string>;
  /** Are codes compared without case (contact points)? */
  readonly foldsCase: boolean;
  /** Code system of a plain code, from its required binding; key 0 when there is none. */
  readonly implicitSystem: number;
  /** Quantities: are rows of this parameter also found by the code beside them? */
  readonly discriminated: boolean;
  readonly contexts: readonly CompositeContext[];
  /** A parameter of the tenant's own, of which rows of older resources are still missing. */
  readonly incomplete?: true;
}

/** A group of rows that is written under one key, and the paths it is filled from. */
export interface StoredParameter {
  readonly resourceType: string;
  readonly name: string;
  readonly key: number;
  readonly kind: StoredKind;
  /** Undefined when the evaluator must do it. */
  readonly paths: readonly ElementPath[] | undefined;
  readonly expression: string;
  /** Of a tenant's own parameter: only values of types that the kind is searched by have rows. */
  readonly custom?: true;
  /** Set when the value is whether this holds of the resource. */
  readonly condition?: (resource: unknown) => boolean;
  /** Elements over which the positions of its rows run, when these are not those of the type. */
  readonly iterated?: ReadonlySet<string>;
}
