import type { SearchParameter } from '@medplum/fhirtypes';
import type { Definitions } from '../../definitions/index.ts';
import { FhirError } from '../../fhir/index.ts';
import { type CustomParameterProblem, checkCustomParameter, type Indexer } from '../../indexing/index.ts';
import type { WriteGuard } from '../../repository/index.ts';
import { customInfo } from './custom-info.ts';
import type { TenantParameters } from './tenant-parameters.ts';

/** Parameters of its own that a clinic may have: each is looked at with every write. */
const MOST = 100;
/** Tenants below this number are the platform's own. */
const FIRST_CLINIC = 2;

/** What the guard looks things up in. */
export interface SearchParameterGuardOptions {
  readonly definitions: Definitions;
  readonly base: Indexer;
  readonly parameters: TenantParameters;
}

/**
 * Refuses an active SearchParameter that could not be searched by: 422 with one issue for each problem. A copy of a
 * standard parameter (same URL and code) is let through, and changes nothing.
 */
export function searchParameterGuard({ definitions, base, parameters }: SearchParameterGuardOptions): WriteGuard {
  const isStandard = ({ url, code, base: bases }: SearchParameter): boolean =>
    (bases ?? []).every((type) => base.registry.of(type)?.parameters.get(code ?? '')?.url === url);
  return ({ context, before, after }) => {
    if (after.resourceType !== 'SearchParameter' || context.tenant < FIRST_CLINIC || after.status !== 'active') {
      return after;
    }
    if ((after.base ?? []).length > 0 && isStandard(after)) {
      return after;
    }
    const earlier = before?.resourceType === 'SearchParameter' && before.status === 'active' ? before : undefined;
    const others = parameters.infosOf(context.tenant).filter((info) => !isSame(info, earlier));
    const info = customInfo(after);
    const problems = [
      ...checkCustomParameter(definitions, base.registry, info, others),
      ...problemsOfTenant(info, others),
    ];
    if (problems.length > 0) {
      throw new FhirError(
        422,
        problems.map((problem) => ({ severity: 'error', code: 'business-rule', ...problem })),
      );
    }
    return after;
  };
}

type Info = ReturnType<typeof customInfo>;

function isSame({ url, code }: Info, earlier: SearchParameter | undefined): boolean {
  return earlier !== undefined && earlier.url === url && earlier.code === code;
}

function problemsOfTenant({ base, code }: Info, others: readonly Info[]): CustomParameterProblem[] {
  const taken = others.some((other) => other.code === code && other.base.some((type) => base.includes(type)));
  const problems: CustomParameterProblem[] = [];
  if (taken) {
    const text = `code '${code}' belongs to another active SearchParameter of this project`;
    problems.push({ key: 'search-parameter-collides', text, expression: 'SearchParameter.code' });
  }
  if (others.length >= MOST) {
    const text = `a project may have ${MOST} active SearchParameters of its own: retire some first`;
    problems.push({ key: 'search-parameter-limit', text, expression: 'SearchParameter.status' });
  }
  return problems;
}
