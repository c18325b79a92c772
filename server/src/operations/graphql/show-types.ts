import { setImmediate as turn } from 'node:timers/promises';
import type { FieldNode, SelectionSetNode } from 'graphql';
import type { Definitions } from '../../definitions/index.ts';
import {
  argumentsOf,
  collectFields,
  type GraphqlDocument,
  mergedSelection,
  type Variables,
} from './graphql-document.ts';
import { createIntrospection, type Introspection, type Shown } from './introspection.ts';

/** Types that are shown before others get their turn at the event loop. */
const AT_ONCE = 8;

interface Showing {
  readonly document: GraphqlDocument;
  readonly variables: Variables;
  /** Fields of selection sets that were met before. */
  readonly collected: Map<SelectionSetNode, readonly (readonly [string, FieldNode])[]>;
}

/** Introspection by definitions: its table of search parameters is made once. */
const introspections = new WeakMap<Definitions, Introspection>();

function introspectionOf(definitions: Definitions): Introspection {
  const found = introspections.get(definitions) ?? createIntrospection(definitions);
  introspections.set(definitions, found);
  return found;
}

/** Answers `__schema` or `__type`, a few types at a time, so that other requests are served meanwhile. */
export async function showTypes(
  node: FieldNode,
  context: { readonly definitions: Definitions; readonly document: GraphqlDocument; readonly variables: Variables },
): Promise<Shown | null> {
  const introspection = introspectionOf(context.definitions);
  const set = node.selectionSet as SelectionSetNode;
  const showing: Showing = { ...context, collected: new Map() };
  if (node.name.value === '__type') {
    const type = introspection.type(String(argumentsOf(node, context.variables).name));
    return type && shown(showing, type, set);
  }
  const schema = introspection.schema();
  const result: Record<string, unknown> = {};
  for (const [name, field] of fieldsOf(showing, set)) {
    const value = made(schema[field.name.value]);
    result[name] =
      field.name.value === 'types' ? await inTurns(showing, value as Shown[], field) : part(showing, value, field);
  }
  return result;
}

async function inTurns(showing: Showing, types: readonly Shown[], field: FieldNode): Promise<Shown[]> {
  const results: Shown[] = [];
  for (const [n, type] of types.entries()) {
    if (n % AT_ONCE === 0) {
      await turn();
    }
    results.push(shown(showing, type, field.selectionSet as SelectionSetNode));
  }
  return results;
}

function shown(showing: Showing, value: Shown, set: SelectionSetNode): Shown {
  const result: Record<string, unknown> = {};
  for (const [name, field] of fieldsOf(showing, set)) {
    result[name] = part(showing, made(value[field.name.value]), field);
  }
  return result;
}

function part(showing: Showing, value: unknown, field: FieldNode): unknown {
  const set = field.selectionSet;
  if (!set || value === null || value === undefined) {
    return value ?? null;
  }
  return Array.isArray(value)
    ? value.map((one: Shown) => shown(showing, one, set))
    : shown(showing, value as Shown, set);
}

const made = (value: unknown): unknown => (typeof value === 'function' ? (value as () => unknown)() : value);

function fieldsOf(showing: Showing, set: SelectionSetNode): readonly (readonly [string, FieldNode])[] {
  const known = showing.collected.get(set);
  const fields =
    known ?? [...collectFields(set, () => true, showing)].map(([name, same]) => [name, merged(same)] as const);
  showing.collected.set(set, fields);
  return fields;
}

function merged(same: readonly FieldNode[]): FieldNode {
  const [field] = same as readonly [FieldNode];
  return same.length === 1 ? field : { ...field, selectionSet: mergedSelection(same) };
}
