/** What may they do: AccessPolicy ∩ SMART scopes → AccessGrant. Pure. */
export type { AccessGrant, AccessInteraction, AccessRule, RuleSet } from './access-grant.ts';
