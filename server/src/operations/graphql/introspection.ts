import type { Definitions, PropertyInfo, SearchParameterInfo, TypeInfo } from '../../definitions/index.ts';

/** What introspection shows of a type, field or argument; a function is a value that is only made when asked for. */
export type Shown = Readonly<Record<string, unknown>>;

/** The schema as introspection shows it. */
export interface Introspection {
  /** `__schema` */
  schema(): Shown;
  /** `__type(name:)`; null when there is none. */
  type(name: string): Shown | null;
}

const SCALARS: ReadonlyMap<string, string> = new Map([
  ['boolean', 'Boolean'],
  ['integer', 'Int'],
  ['positiveInt', 'Int'],
  ['unsignedInt', 'Int'],
  ['decimal', 'Float'],
  ['id', 'ID'],
]);
/** What is written: any resource, as JSON. */
const CONTENT = 'ResourceContent';
const SCALAR_NAMES = ['String', 'Boolean', 'Int', 'Float', 'ID', CONTENT];

/** Arguments that every search takes beside its parameters. */
const RESULT_ARGUMENTS = ['_sort', '_filter'];

const listOf = (ofType: unknown): Shown => ({ __typename: '__Type', kind: 'LIST', name: null, ofType });
const required = (ofType: unknown): Shown => ({ __typename: '__Type', kind: 'NON_NULL', name: null, ofType });
const described = (typename: string, name: string, more: Shown): Shown => ({
  __typename: typename,
  name,
  description: null,
  isDeprecated: false,
  deprecationReason: null,
  ...more,
});
const argument = (name: string, type: unknown): Shown => described('__InputValue', name, { type, defaultValue: null });
const field = (name: string, type: unknown, args: readonly Shown[] | (() => readonly Shown[]) = []): Shown =>
  described('__Field', name, { type, args });

/**
 * The types that `$graphql` answers with, as introspection shows them, made from FHIR's type tables while they are asked
 * for: nothing of it is kept.
 * @see https://spec.graphql.org/October2021/#sec-Introspection
 */
export function createIntrospection(definitions: Definitions): Introspection {
  const resourceTypes = definitions.resourceTypes();
  const parametersOf = Map.groupBy(
    definitions.searchParameters().flatMap((parameter) => parameter.base.map((base) => ({ base, parameter }))),
    ({ base }) => base,
  );

  function parameters(type: string): SearchParameterInfo[] {
    const own = ['Resource', 'DomainResource', type].flatMap((base) => parametersOf.get(base) ?? []);
    return [...new Map(own.map(({ parameter }) => [parameter.code, parameter])).values()];
  }

  /** Arguments of a list of the type: its search parameters, with `_` for `-`. */
  function searchArguments(type: string): Shown[] {
    const codes = [...parameters(type).map(({ code }) => code.replaceAll('-', '_')), ...RESULT_ARGUMENTS];
    const texts = codes.map((code) => argument(code, scalar('String')));
    return [...texts, argument('_count', scalar('Int')), argument('_offset', scalar('Int'))];
  }

  function scalar(name: string): Shown {
    return { ...object(name, () => null), kind: 'SCALAR' };
  }

  function object(name: string, fields: () => readonly Shown[] | null): Shown {
    return {
      __typename: '__Type',
      kind: 'OBJECT',
      name,
      description: null,
      specifiedByURL: null,
      fields,
      inputFields: null,
      interfaces: () => (definitions.isResourceType(name) ? [resourceInterface()] : []),
      enumValues: null,
      possibleTypes: null,
      ofType: null,
    };
  }

  function resourceInterface(): Shown {
    const fields = (): Shown[] => [field('id', scalar('ID'))];
    return {
      ...object('Resource', fields),
      kind: 'INTERFACE',
      interfaces: [],
      possibleTypes: () => resourceTypes.map(fhirType),
    };
  }

  /** A type of FHIR, by its name there: `Patient`, `HumanName`, `Patient.contact`. */
  function fhirType(name: string): Shown {
    return name === 'Resource' || name === 'DomainResource'
      ? resourceInterface()
      : object(name.replaceAll('.', '_'), () => fieldsOf(definitions.type(name) as TypeInfo));
  }

  function fieldsOf(info: TypeInfo): Shown[] {
    const isResource = info.kind === 'resource';
    const set = new Set(isResource ? ['resourceType', 'id'] : []);
    const own = [...info.properties.values()].filter(({ name }) => !set.has(name)).map(propertyField);
    if (!isResource) {
      return info.name === 'Reference' ? [...own, field('resource', resourceInterface())] : own;
    }
    const reverse = resourceTypes.filter((type) => parameters(type).some((one) => pointsTo(one, info.name)));
    return [
      field('resourceType', required(scalar('String'))),
      field('id', scalar('ID')),
      ...own,
      ...reverse.map((type) => field(`${type}List`, listOf(fhirType(type)), reverseArguments)),
    ];
  }

  function propertyField({ name, type, primitive, array }: PropertyInfo): Shown {
    const one = primitive ? scalar(SCALARS.get(type) ?? 'String') : fhirType(type);
    const filters = array && !primitive ? () => elementArguments(type) : [];
    return field(name, array ? listOf(one) : one, filters);
  }

  /** Arguments of an element that repeats: what its single values equal, and which of them are wanted. */
  function elementArguments(type: string): Shown[] {
    const properties = [...(definitions.type(type)?.properties.values() ?? [])];
    return [
      ...properties
        .filter(({ primitive, array, choice }) => primitive && !array && choice === undefined)
        .map((one) => argument(one.name, scalar(SCALARS.get(one.type) ?? 'String'))),
      argument('_count', scalar('Int')),
      argument('_offset', scalar('Int')),
    ];
  }

  /** All that is shown of a reverse list's arguments: with the parameters of each type the schema would be 29 MB. */
  const reverseArguments = [
    argument('_reference', required(scalar('String'))),
    ...RESULT_ARGUMENTS.map((code) => argument(code, scalar('String'))),
    argument('_count', scalar('Int')),
    argument('_offset', scalar('Int')),
  ];

  const id = argument('id', required(scalar('ID')));
  const content = argument('res', required(scalar(CONTENT)));

  const query = (): Shown =>
    object('Query', () =>
      resourceTypes.flatMap((type) => [
        field(type, fhirType(type), [id]),
        field(`${type}List`, listOf(fhirType(type)), () => searchArguments(type)),
        field(`${type}Connection`, connection(type), () => searchArguments(type)),
      ]),
    );

  const mutation = (): Shown =>
    object('Mutation', () =>
      resourceTypes.flatMap((type) => [
        field(`${type}Create`, fhirType(type), [content]),
        field(`${type}Update`, fhirType(type), [id, content]),
        field(`${type}Delete`, fhirType(type), [id]),
      ]),
    );

  function connection(type: string): Shown {
    const numbers = ['count', 'offset', 'pageSize', 'pagesize'].map((name) => field(name, scalar('Int')));
    const texts = ['first', 'previous', 'next', 'last'].map((name) => field(name, scalar('String')));
    return object(`${type}Connection`, () => [...numbers, ...texts, field('edges', listOf(edge(type)))]);
  }

  function edge(type: string): Shown {
    const parts = (): Shown[] => [
      field('mode', scalar('String')),
      field('score', scalar('Float')),
      field('resource', fhirType(type)),
    ];
    return object(`${type}Edge`, parts);
  }

  /** Names of all types below the resource types, each once. */
  function reached(): string[] {
    const names = new Set<string>(resourceTypes);
    for (const name of names) {
      for (const { type, primitive } of definitions.type(name)?.properties.values() ?? []) {
        if (!primitive && type !== 'Resource') {
          names.add(type);
        }
      }
    }
    return [...names];
  }

  const roots = (): Shown[] => [query(), mutation(), resourceInterface(), ...SCALAR_NAMES.map(scalar)];

  return {
    schema: () => ({
      __typename: '__Schema',
      description: null,
      queryType: query,
      mutationType: mutation,
      subscriptionType: null,
      directives: DIRECTIVES.map(([name, locations]) => directive(name, locations)),
      types: () => [...roots(), ...reached().map(fhirType), ...resourceTypes.flatMap((t) => [connection(t), edge(t)])],
    }),
    type(name) {
      const found = roots().find((one) => one.name === name);
      const [, type = '', suffix] = /^([A-Za-z]+?)(Connection|Edge)?$/.exec(name) ?? [];
      if (found || (suffix && definitions.isResourceType(type))) {
        return found ?? (suffix === 'Edge' ? edge(type) : connection(type));
      }
      const info = definitions.type(name.replaceAll('_', '.'));
      return info && !info.abstract && info.kind !== 'primitive-type' ? fhirType(info.name) : null;
    },
  };

  function directive(name: string, locations: readonly string[]): Shown {
    const condition = argument('if', required(scalar('Boolean')));
    const args = name === 'skip' || name === 'include' ? [condition] : [];
    return { __typename: '__Directive', name, description: null, isRepeatable: false, locations, args };
  }
}

const EVERYWHERE = ['FIELD', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'];
const DIRECTIVES: readonly (readonly [string, readonly string[]])[] = [
  ['skip', EVERYWHERE],
  ['include', EVERYWHERE],
  ['first', ['FIELD']],
  ['singleton', ['FIELD']],
  ['flatten', ['FIELD']],
];

/** Names of the directives that are obeyed. */
export const DIRECTIVE_NAMES: ReadonlySet<string> = new Set(DIRECTIVES.map(([name]) => name));

/** Does the parameter hold references to the type? */
function pointsTo({ type, target }: SearchParameterInfo, wanted: string): boolean {
  return type === 'reference' && target?.includes(wanted) === true;
}
