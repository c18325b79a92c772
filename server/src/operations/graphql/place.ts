import { type FieldNode, Kind } from 'graphql';
import { hasDirective } from './graphql-document.ts';

type Json = Record<string, unknown>;

/**
 * Puts a value where its field stands, as the field's directives say.
 * @see https://hl7.org/fhir/R4/graphql.html#list-manipulation
 */
export function place(result: Json, name: string, node: FieldNode, value: unknown): void {
  const isOne = hasDirective(node, 'first') || hasDirective(node, 'singleton');
  const shaped = (Array.isArray(value) && isOne ? (value as readonly unknown[])[0] : value) ?? null;
  if (!hasDirective(node, 'flatten') || typeof shaped !== 'object' || !node.selectionSet) {
    result[name] = shaped;
    return;
  }
  delete result[name];
  const parts = [shaped].flat().filter((one): one is Json => one !== null);
  for (const selection of node.selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      const inner = selection.alias?.value ?? selection.name.value;
      const all = parts.flatMap((one) => one[inner] ?? []);
      result[inner] = hasDirective(selection, 'singleton') ? (all[0] ?? null) : all;
    }
  }
}
