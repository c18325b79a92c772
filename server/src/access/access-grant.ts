/** FHIR interactions on which a rule can stand; names as in Medplum's AccessPolicy.resource.interaction. */
export type AccessInteraction = 'create' | 'read' | 'vread' | 'history' | 'search' | 'update' | 'delete';

/** One permission of a policy, with `%parameters` already replaced. Within a RuleSet any one rule suffices. */
export interface AccessRule {
  /** Resource type, or `*` for every type that is not reserved to administrators. */
  readonly resourceType: string;
  readonly interactions: ReadonlySet<AccessInteraction>;
  /** Search criteria that a resource must match, such as `Observation?_compartment=Practitioner/1`; absent = every resource. */
  readonly criteria?: string;
  /**
   * Do the links in the criteria carry the caller's own policy? Otherwise criteria are judged on the whole record,
   * whatever the caller may see of it.
   */
  readonly linksFollowPolicy?: boolean;
  /** Whole elements that never leave the server, such as `name` or `component.valueQuantity`. */
  readonly hiddenFields: readonly string[];
  /** Whole elements that a write may not change. */
  readonly readonlyFields: readonly string[];
  /** FHIRPath over `%before` and `%after`; each must be true for a write. */
  readonly writeConstraints: readonly string[];
}

/** What one source of authority permits: an AccessPolicy, a set of SMART scopes, a bot manifest. */
export interface RuleSet {
  /** Name for `$explain-access`, such as `AccessPolicy/case-manager` or `scope`. */
  readonly source: string;
  rulesFor(resourceType: string, interaction: AccessInteraction): readonly AccessRule[];
}

/**
 * Everything a caller may do. Every RuleSet must permit (policy AND scopes AND manifest); an empty list permits all
 * within the tenant. No repository is built without one.
 */
export interface AccessGrant {
  /** The only tenant whose rows can be touched; 0 is the platform's own. */
  readonly tenant: number;
  readonly ruleSets: readonly RuleSet[];
  /** True for seeds, migrations and the owner's own loaders: may set meta.author, meta.accounts and ids. Made in main.ts only. */
  readonly system: boolean;
  /** May the caller assign ids on create, and set meta.accounts? (Medplum: project admins and trusted clients.) */
  readonly extendedMode: boolean;
}
