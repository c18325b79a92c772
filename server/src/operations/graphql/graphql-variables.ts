import { GraphQLError, Kind, type OperationDefinitionNode, type TypeNode } from 'graphql';
import { literalValue, type Variables } from './graphql-document.ts';

/** Which values a scalar takes; what is no scalar of these takes any. @see https://spec.graphql.org/October2021/#sec-Scalars */
const SCALARS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['String', (value) => typeof value === 'string'],
  ['ID', (value) => typeof value === 'string' || Number.isInteger(value)],
  ['Int', (value) => Number.isInteger(value)],
  ['Float', (value) => typeof value === 'number'],
  ['Boolean', (value) => typeof value === 'boolean'],
]);

/**
 * Values of the variables that an operation declares: those given, else its defaults.
 * @throws GraphQLError naming a variable that is missing or of another type than declared.
 */
export function variablesOf(operation: OperationDefinitionNode, given: Variables): Variables {
  const values: Record<string, unknown> = {};
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const value = given[name] === undefined && defaultValue ? literalValue(defaultValue, {}) : given[name];
    if (value === undefined && type.kind === Kind.NON_NULL_TYPE) {
      throw new GraphQLError(`Variable "$${name}" of required type "${shownType(type)}" was not provided`);
    }
    if (value !== undefined && !fits(value, type)) {
      throw new GraphQLError(`The value of variable "$${name}" is not of type "${shownType(type)}"`);
    }
    values[name] = value ?? undefined;
  }
  return values;
}

function fits(value: unknown, type: TypeNode): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) {
    return value !== null && fits(value, type.type);
  }
  if (value === null) {
    return true;
  }
  if (type.kind === Kind.LIST_TYPE) {
    return Array.isArray(value) ? value.every((one) => fits(one, type.type)) : fits(value, type.type);
  }
  return SCALARS.get(type.name.value)?.(value) ?? true;
}

function shownType(type: TypeNode): string {
  switch (type.kind) {
    case Kind.NON_NULL_TYPE:
      return `${shownType(type.type)}!`;
    case Kind.LIST_TYPE:
      return `[${shownType(type.type)}]`;
    default:
      return type.name.value;
  }
}
