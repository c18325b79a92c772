import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** What a document may cost before anything is looked up. */
export interface GraphqlLimits {
  /** Nested selection sets. */
  readonly maxDepth: number;
  /** Fields and aliases, fragments expanded. */
  readonly maxFields: number;
  /** Searches and reads by reference lists of one request. */
  readonly maxSearches: number;
  /** Characters of the query. */
  readonly maxLength: number;
}

/** A parsed document with its fragments by name. */
export interface GraphqlDocument {
  readonly operations: readonly OperationDefinitionNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** A limit that a request goes over: it is refused as a whole. */
export class GraphqlCostError extends GraphQLError {}

/** Values of the variables of one request. */
export type Variables = Readonly<Record<string, unknown>>;

/** Parses a query. @throws GraphQLError for a syntax error. */
export function parseDocument(text: string, limits: GraphqlLimits): GraphqlDocument {
  if (text.length > limits.maxLength) {
    throw new GraphQLError(`The query is longer than ${limits.maxLength} characters`);
  }
  const document: DocumentNode = parse(text, { maxTokens: limits.maxFields * 20, noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      operations.push(definition);
    }
  }
  return { operations, fragments };
}

/** The operation to run. @throws GraphQLError when it cannot be told which. */
export function chosenOperation(document: GraphqlDocument, name: string | undefined): OperationDefinitionNode {
  const found =
    name === undefined
      ? document.operations
      : document.operations.filter((operation) => operation.name?.value === name);
  const [operation] = found;
  if (!operation || found.length > 1) {
    throw new GraphQLError(
      name ? `There is no operation "${name}"` : 'Needed exactly one operation, or an operationName',
    );
  }
  return operation;
}

/** The value of an argument, variables filled in. */
export function literalValue(node: ValueNode, variables: Variables): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value];
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return undefined;
    case Kind.LIST:
      return node.values.map((value) => literalValue(value, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literalValue(field.value, variables)]));
    default:
      return node.value;
  }
}

/** Arguments of a field by name. */
export function argumentsOf(field: FieldNode, variables: Variables): Record<string, unknown> {
  return Object.fromEntries(
    (field.arguments ?? []).map((argument) => [argument.name.value, literalValue(argument.value, variables)]),
  );
}

/** Is the selection left out by @skip or @include? */
export function isSkipped(node: { readonly directives?: FieldNode['directives'] }, variables: Variables): boolean {
  for (const directive of node.directives ?? []) {
    const condition = directive.arguments?.find((argument) => argument.name.value === 'if');
    const value = condition && literalValue(condition.value, variables);
    if (directive.name.value === 'skip' ? value === true : directive.name.value === 'include' && value === false) {
      return true;
    }
  }
  return false;
}

/** The fields that a selection set asks of an object of the type, fragments expanded, grouped by response name. */
export function collectFields(
  set: SelectionSetNode,
  isType: (condition: string) => boolean,
  context: { readonly document: GraphqlDocument; readonly variables: Variables },
  fields: Map<string, FieldNode[]> = new Map(),
): Map<string, FieldNode[]> {
  for (const selection of set.selections) {
    if (isSkipped(selection, context.variables)) {
      continue;
    }
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      fields.set(name, [...(fields.get(name) ?? []), selection]);
      continue;
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : context.document.fragments.get(selection.name.value);
    const condition = fragment?.typeCondition?.name.value;
    if (fragment && (condition === undefined || isType(condition))) {
      collectFields(fragment.selectionSet, isType, context, fields);
    }
  }
  return fields;
}

/** What fields of one response name select together. */
export function mergedSelection(nodes: readonly FieldNode[]): SelectionSetNode {
  const first = nodes[0]?.selectionSet as SelectionSetNode;
  return nodes.length === 1
    ? first
    : { ...first, selections: nodes.flatMap((node) => node.selectionSet?.selections ?? []) };
}

/** Has the field the directive? */
export function hasDirective(field: FieldNode, name: string): boolean {
  return field.directives?.some((directive) => directive.name.value === name) === true;
}
