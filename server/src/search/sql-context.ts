import type { IndexedParameter } from '../indexing/index.ts';
import type { Criterion } from './query.ts';

/** What a caller may see of a type: everything, nothing, or what a criterion says. */
export type AccessFilter = 'all' | 'none' | Criterion;

/** What SQL is made with: the tenant, and what the caller may see on every link. */
export interface SqlContext {
  /** Tenants whose rows of a type are visible: the caller's, and that of shared definitions. */
  tenants(type: string): readonly number[];
  access(type: string): AccessFilter;
  /** Is the parameter filled from elements that are hidden from the caller? Its rows then do not exist. */
  hides(parameter: IndexedParameter): boolean;
  /** Elements of a type that the caller never sees, as dotted paths. */
  hiddenFields(type: string): readonly string[];
}

/** Rules of a policy are judged on the whole record, not on what the policy lets through. */
export function unrestricted(context: SqlContext): SqlContext {
  return { tenants: context.tenants, access: () => 'all', hides: () => false, hiddenFields: () => [] };
}
