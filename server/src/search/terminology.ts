import type { CodeSystem, CodeSystemConcept, ValueSet } from '@medplum/fhirtypes';
import { type Definitions, enumerateValueSet } from '../definitions/index.ts';
import { invalid } from '../fhir/index.ts';
import { clip, systemKey } from '../indexing/index.ts';
import type { Criterion, TokenTest } from './query.ts';

/** A code that terminology names. */
export interface NamedCode {
  readonly system?: string;
  readonly code: string;
}

/** What `:in`, `:not-in`, `:above` and `:below` ask of terminology; undefined for what is not known, or too large. */
export interface SearchTerminology {
  expand(tenant: number, valueSet: string): Promise<Iterable<NamedCode> | undefined>;
  /** Codes above or below one, without it. */
  related(tenant: number, how: 'above' | 'below', system: string, code: string): Promise<readonly string[] | undefined>;
}

/** Most codes that a value set may have to be searched by. */
const MAX_CODES = 5000;

/** Terminology over the base definitions alone, for a server that is given none. */
export function baseTerminology(definitions: Definitions): SearchTerminology {
  const source = {
    codeSystem: (url: string) => definitions.resource<CodeSystem>('CodeSystem', url),
    valueSet: (url: string) => definitions.resource<ValueSet>('ValueSet', url),
  };
  return {
    async expand(_tenant, url) {
      const valueSet = source.valueSet(url);
      const found = valueSet && enumerateValueSet(valueSet, source);
      return found?.missing.length === 0 ? found.codes : undefined;
    },
    async related(_tenant, how, system, code) {
      const path = pathTo(source.codeSystem(system)?.concept, code);
      if (!path) {
        return undefined;
      }
      return how === 'above' ? path.slice(0, -1).map((concept) => concept.code as string) : below(path.at(-1));
    },
  };
}

/** Concepts from the root down to a code. */
function pathTo(concepts: readonly CodeSystemConcept[] | undefined, code: string): CodeSystemConcept[] | undefined {
  for (const concept of concepts ?? []) {
    const rest = concept.code === code ? [] : pathTo(concept.concept, code);
    if (rest) {
      return [concept, ...rest];
    }
  }
  return undefined;
}

function below(concept: CodeSystemConcept | undefined): string[] {
  return (concept?.concept ?? []).flatMap((child) => [child.code as string, ...below(child)]);
}

/** Replaces what names codes by the codes. @throws FhirError 400 when terminology does not know them. */
export async function resolveCodes(
  terminology: SearchTerminology,
  tenant: number,
  criterion: Criterion,
): Promise<Criterion> {
  switch (criterion.kind) {
    case 'codes':
      return codesOf(terminology, tenant, criterion);
    case 'not':
    case 'policy':
    case 'has':
      return { ...criterion, criterion: await resolveCodes(terminology, tenant, criterion.criterion) };
    case 'and':
    case 'or':
      return {
        ...criterion,
        criteria: await Promise.all(criterion.criteria.map((part) => resolveCodes(terminology, tenant, part))),
      };
    case 'chain': {
      const resolved = criterion.targets.map(async (target) => ({
        ...target,
        criterion: await resolveCodes(terminology, tenant, target.criterion),
      }));
      return { ...criterion, targets: await Promise.all(resolved) };
    }
    default:
      return criterion;
  }
}

/** Does a criterion name codes that terminology must resolve? */
export function namesCodes(criterion: Criterion): boolean {
  switch (criterion.kind) {
    case 'codes':
      return true;
    case 'not':
    case 'policy':
    case 'has':
      return namesCodes(criterion.criterion);
    case 'and':
    case 'or':
      return criterion.criteria.some(namesCodes);
    case 'chain':
      return criterion.targets.some((target) => namesCodes(target.criterion));
    default:
      return false;
  }
}

async function codesOf(
  terminology: SearchTerminology,
  tenant: number,
  { parameter, how, value }: Extract<Criterion, { kind: 'codes' }>,
): Promise<Criterion> {
  const codes =
    how === 'in' ? await terminology.expand(tenant, value) : await relatedCodes(terminology, tenant, how, value);
  const tests: TokenTest[] = [];
  for (const { system, code } of codes ?? []) {
    tests.push({ kind: 'token', code: clip(code), ...(system && { system: systemKey(system) }) });
  }
  if (!codes || tests.length > MAX_CODES) {
    throw invalid(
      'search-codes',
      `What ':${how}' of '${parameter.code}' names is not known here, or has more than ${MAX_CODES} codes`,
    );
  }
  return tests.length > 0 ? { kind: 'rows', parameter, sources: parameter.sources, tests } : { kind: 'never' };
}

async function relatedCodes(
  terminology: SearchTerminology,
  tenant: number,
  how: 'above' | 'below',
  value: string,
): Promise<NamedCode[] | undefined> {
  const bar = value.lastIndexOf('|');
  const [system, code] = [value.slice(0, bar), value.slice(bar + 1)];
  const related = bar > 0 ? await terminology.related(tenant, how, system, code) : undefined;
  return related && [code, ...related].map((each) => ({ system, code: each }));
}
