import { type AccessGrant, type AccessInteraction, type AccessRule, hiddenFields } from '../access/index.ts';
import { DEFINITIONS_TENANT, FhirError, invalid, SHARED_TYPES } from '../fhir/index.ts';
import type { IndexedParameter } from '../indexing/index.ts';
import type { ParseContext } from './parse-context.ts';
import { parseCriterion } from './parse-criterion.ts';
import type { Criterion } from './query.ts';
import type { AccessFilter, SqlContext } from './sql-context.ts';

/** Turns what a grant says of a type into a filter; criteria are read once and remembered. */
export type AccessFilters = (grant: AccessGrant, type: string, interaction: AccessInteraction) => AccessFilter;

/** Makes the filters: all RuleSets must permit, within one any rule suffices. */
export function createAccessFilters(context: ParseContext): AccessFilters {
  const parsed = new Map<string, Criterion>();
  const criterionOf = (type: string, criteria: string): Criterion => {
    const key = `${type} ${criteria}`;
    let criterion = parsed.get(key);
    if (!criterion) {
      criterion = readCriteria(context, type, criteria);
      if (parsed.size > 5000) {
        parsed.clear();
      }
      parsed.set(key, criterion);
    }
    return criterion;
  };
  return (grant, type, interaction) => {
    const needed: Criterion[] = [];
    for (const ruleSet of grant.ruleSets) {
      const rules = ruleSet.rulesFor(type, interaction);
      if (rules.length === 0) {
        return 'none';
      }
      if (rules.every((rule) => rule.criteria !== undefined)) {
        needed.push(anyRule(rules, type, criterionOf));
      }
    }
    if (needed.length === 0) {
      return 'all';
    }
    return needed.length === 1 ? (needed[0] as Criterion) : { kind: 'and', criteria: needed };
  };
}

/** Any of the rules; each is judged on the whole record unless its links follow the caller's policy. */
function anyRule(
  rules: readonly AccessRule[],
  type: string,
  criterionOf: (type: string, criteria: string) => Criterion,
): Criterion {
  const [following, plain] = [true, false].map((follows) => {
    const texts = rules
      .filter((rule) => (rule.linksFollowPolicy ?? false) === follows)
      .map((rule) => rule.criteria ?? '');
    return [...new Set(texts)].map((text) => criterionOf(type, text));
  }) as [Criterion[], Criterion[]];
  const whole: Criterion[] = plain.length > 0 ? [{ kind: 'policy', criterion: either(plain) }] : [];
  return either([...whole, ...following]);
}

function either(criteria: readonly Criterion[]): Criterion {
  return criteria.length === 1 ? (criteria[0] as Criterion) : { kind: 'or', criteria };
}

/** Criteria that cannot be read grant nothing. */
function readCriteria(context: ParseContext, type: string, criteria: string): Criterion {
  const at = criteria.indexOf('?');
  const named = at < 0 ? criteria : criteria.slice(0, at);
  if (named !== type && named !== '*') {
    return { kind: 'never' };
  }
  try {
    const params = new URLSearchParams(at < 0 ? '' : criteria.slice(at + 1));
    const whole = completeOnly(context);
    return { kind: 'and', criteria: [...params].map(([name, value]) => parseCriterion(whole, type, name, value)) };
  } catch (error) {
    if (error instanceof FhirError) {
      return { kind: 'never' };
    }
    throw error;
  }
}

/** A parameter that is still being indexed would let through what `:not` and `:missing` must hold back. */
function completeOnly(context: ParseContext): ParseContext {
  return {
    ...context,
    parameter(type, code) {
      const parameter = context.parameter(type, code);
      if (parameter.incomplete) {
        throw invalid('search-parameter-indexing', `Search parameter '${code}' of ${type} is still being indexed`);
      }
      return parameter;
    },
  };
}

/** What SQL for this grant is made with: its tenant, its policy on every link, and what it hides. */
export function sqlContext(filters: AccessFilters, grant: AccessGrant): SqlContext {
  const own = [grant.tenant];
  const shared = grant.tenant === DEFINITIONS_TENANT ? own : [DEFINITIONS_TENANT, grant.tenant];
  const hidden = new Map<IndexedParameter, boolean>();
  return {
    tenants: (type) => (SHARED_TYPES.has(type) ? shared : own),
    access: (type) => filters(grant, type, 'search'),
    hiddenFields: (type) => hiddenFields(grant, type),
    hides(parameter) {
      if (grant.ruleSets.length === 0) {
        return false;
      }
      let answer = hidden.get(parameter);
      if (answer === undefined) {
        answer = isHidden(parameter, hiddenFields(grant, parameter.resourceType));
        hidden.set(parameter, answer);
      }
      return answer;
    },
  };
}

/** A parameter is hidden when an element it reads, one around it or one within it is. */
function isHidden(parameter: IndexedParameter, fields: readonly string[]): boolean {
  const paths = [...parameter.elements, ...parameter.jsonPaths];
  return fields.some((written) => {
    const field = written.replace(/\[x\]/g, '');
    return paths.some((path) => path === field || path.startsWith(`${field}.`) || field.startsWith(`${path}.`));
  });
}
