import type { Resource } from '@medplum/fhirtypes';
import { type Issue, invalid } from '../fhir/index.ts';
import { conditionalReferences, placedReferences, resolveReferences } from './bundle-references.ts';
import { findAllMatches, findingLookUp, onlyMatch } from './look-up.ts';
import type { Scope } from './scope.ts';

/** A conditional reference, the resource it stands in, and how an error says whose it is. */
export interface WantedReference {
  readonly reference: string;
  readonly holder: Resource;
  readonly naming: <T>(work: () => T) => T;
}

/**
 * What conditional references stand for, looked up together.
 * @throws FhirError 400 when one matches none, 403 when the type may not be searched, 412 when one matches several.
 */
export async function matchReferences(scope: Scope, wanted: readonly WantedReference[]): Promise<Map<string, string>> {
  const asked = wanted.map((one) => {
    const [type = '', criteria = ''] = one.reference.split(/\?(.*)/s);
    return { ...one, type, lookup: one.naming(() => findingLookUp(scope, type, criteria)) };
  });
  const lookups = asked.map(({ lookup }) => lookup);
  const found = await findAllMatches(scope, lookups);
  return new Map(
    asked.map(({ reference, holder, naming, type, lookup }) => {
      const match = naming(() => {
        return onlyMatch(found.get(lookup) ?? [], type) ?? refuse(reference, type, holder);
      });
      return [reference, `${type}/${match.id}`];
    }),
  );
}

function refuse(reference: string, type: string, holder: Resource): never {
  const [place] = placedReferences(holder, (value) => value === reference);
  const text = `A conditional reference to ${type} matches no resource`;
  throw invalid('conditional-reference', text, `${holder.resourceType}.${place?.path}`);
}

/** Types whose content is other resources, which are kept as they came. */
const ENVELOPES: ReadonlySet<string> = new Set(['Bundle', 'Parameters']);

/**
 * The resource with what its conditional references match in their place; the same one when the validator, which has
 * walked over it, has seen none.
 * @throws FhirError as {@link matchReferences}
 * @see https://hl7.org/fhir/R4/http.html#trules
 */
export function withMatches(scope: Scope, resource: Resource, issues: readonly Issue[]): Resource | Promise<Resource> {
  const isConditional = issues.some(({ key }) => key === 'reference-conditional');
  return isConditional && !ENVELOPES.has(resource.resourceType) ? resolveIn(scope, resource) : resource;
}

async function resolveIn(scope: Scope, resource: Resource): Promise<Resource> {
  const references = [...conditionalReferences(resource)];
  const wanted = references.map((reference) => ({ reference, holder: resource, naming: <T>(work: () => T) => work() }));
  return resolveReferences(resource, await matchReferences(scope, wanted));
}
