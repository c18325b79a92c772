/** Choices of an expansion. @see https://hl7.org/fhir/R4/valueset-operation-expand.html */
export interface ExpandOptions {
  readonly filter?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly activeOnly?: boolean;
  /** Children inside their parents; only without filter and paging. */
  readonly nested?: boolean;
  /** With the codes in other words and languages. */
  readonly designations?: boolean;
  /** Language of the displays, where a code has a designation in it. */
  readonly language?: string;
  /** With what it is composed of. */
  readonly definition?: boolean;
  /** Without codes that only group others. */
  readonly selectable?: boolean;
}
