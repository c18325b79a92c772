import type { ElementDefinition, SearchParameter, StructureDefinition } from '@medplum/fhirtypes';
import type { Definitions } from './load-definitions.ts';

/** How many answers are kept as text. */
const KEPT = 32;
const QUERY =
  /^\{ StructureDefinitionList\(_filter: "name eq ([A-Za-z]{1,64})"\) \{ resourceType, name, kind, description, type, url, snapshot \{ element \{ id, path, definition, min, max, base \{ path, min, max \}, contentReference, type \{ code, profile, targetProfile \}, binding \{ strength, valueSet \} \} \} \} SearchParameterList\(base: "([A-Za-z]{1,64})", _count: 100\) \{ base, code, type, expression, target \} \}$/;

/** Answers a GraphQL body with JSON text, when it is the one query the client asks for the schema of a type. */
export type SchemaQuery = (body: unknown) => string | undefined;

/**
 * Makes the short way for the GraphQL query with which MedplumClient loads the schema of a type (`requestSchema`):
 * it is asked often, is large, and needs nothing but the definitions.
 */
export function createSchemaQuery(definitions: Definitions): SchemaQuery {
  const kept = new Map<string, string>();
  return (body) => {
    const match = QUERY.exec(queryOf(body));
    if (!match) {
      return undefined;
    }
    const [, name, base] = match as unknown as [string, string, string];
    const key = `${name}|${base}`;
    let answer = kept.get(key);
    if (answer === undefined) {
      answer = JSON.stringify({ data: answerOf(definitions, name, base) });
      if (kept.size >= KEPT) {
        kept.delete(kept.keys().next().value as string);
      }
    }
    kept.delete(key);
    kept.set(key, answer);
    return answer;
  };
}

function queryOf(body: unknown): string {
  const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;
  return typeof query === 'string' && query.length < 4096 ? query.replace(/\s+/g, ' ').trim() : '';
}

function answerOf(definitions: Definitions, name: string, base: string): object {
  const definition = definitions.resourceByName<StructureDefinition>('StructureDefinition', name);
  return {
    StructureDefinitionList: definition ? [shownDefinition(definition)] : [],
    SearchParameterList: definitions
      .searchParameters()
      .filter((parameter) => parameter.base.includes(base))
      .slice(0, 100)
      .map(
        ({ base: bases, code, type, expression, target }) =>
          ({ base: bases, code, type, expression, target }) as Partial<SearchParameter>,
      ),
  };
}

function shownDefinition(definition: StructureDefinition): Partial<StructureDefinition> {
  const { resourceType, name, kind, description, type, url, snapshot } = definition;
  const element = (snapshot?.element ?? []).map(shownElement) as ElementDefinition[];
  return { resourceType, name, kind, description, type, url, snapshot: { element } };
}

function shownElement(element: ElementDefinition): Partial<ElementDefinition> {
  const { id, path, definition, min, max, base, contentReference, type, binding } = element;
  return {
    id,
    path,
    definition,
    min,
    max,
    base: base && { path: base.path, min: base.min, max: base.max },
    contentReference,
    type: type?.map(({ code, profile, targetProfile }) => ({ code, profile, targetProfile })),
    binding: binding && { strength: binding.strength, valueSet: binding.valueSet },
  };
}
