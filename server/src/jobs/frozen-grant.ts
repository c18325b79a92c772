import type { AccessGrant, AccessInteraction, AccessRule } from '../access/index.ts';

const INTERACTIONS: readonly AccessInteraction[] = ['create', 'read', 'vread', 'history', 'search', 'update', 'delete'];

type PlainRule = Omit<AccessRule, 'interactions'> & { readonly interactions: readonly AccessInteraction[] };

interface FrozenRuleSet {
  readonly source: string;
  readonly rules: readonly PlainRule[];
  /** Numbers of the rules by `interaction type`. */
  readonly answers: Readonly<Record<string, readonly number[]>>;
}

/** A grant as plain data: what it says of every type, so that another process can act under it later. */
export interface FrozenGrant {
  readonly tenant: number;
  readonly extendedMode: boolean;
  readonly ruleSets: readonly FrozenRuleSet[];
}

/** Writes a grant down. The all-seeing grant of the system is not written: what is thawed never has it. */
export function freezeGrant(grant: AccessGrant, types: readonly string[]): FrozenGrant {
  return {
    tenant: grant.tenant,
    extendedMode: grant.extendedMode,
    ruleSets: grant.ruleSets.map((ruleSet) => {
      const rules: PlainRule[] = [];
      const known = new Map<string, number>();
      const numberOf = (rule: AccessRule): number => {
        const plain: PlainRule = { ...rule, interactions: [...rule.interactions] };
        const key = JSON.stringify(plain);
        const number = known.get(key) ?? rules.push(plain) - 1;
        known.set(key, number);
        return number;
      };
      const answers: Record<string, number[]> = {};
      for (const type of types) {
        for (const interaction of INTERACTIONS) {
          const found = ruleSet.rulesFor(type, interaction);
          if (found.length > 0) {
            answers[`${interaction} ${type}`] = found.map(numberOf);
          }
        }
      }
      return { source: ruleSet.source, rules, answers };
    }),
  };
}

/** The grant that was written down. What it does not mention is closed. */
export function thawGrant(frozen: FrozenGrant): AccessGrant {
  return {
    tenant: frozen.tenant,
    system: false,
    extendedMode: frozen.extendedMode,
    ruleSets: frozen.ruleSets.map(({ source, rules, answers }) => {
      const thawed: AccessRule[] = rules.map((rule) => ({ ...rule, interactions: new Set(rule.interactions) }));
      return {
        source,
        rulesFor: (type, interaction) =>
          (answers[`${interaction} ${type}`] ?? []).flatMap((number) => thawed[number] ?? []),
      };
    }),
  };
}
