import type { OperationDefinition } from '@medplum/fhirtypes';
import type { Operation } from '../repository/index.ts';

type ResourceTypes = OperationDefinition['resource'];

/** The last part of a canonical URL, in the characters that an id may have. */
function idOf(url: string): string {
  return url
    .slice(url.lastIndexOf('/') + 1)
    .replace(/[^A-Za-z0-9.-]/g, '-')
    .slice(0, 64);
}

/** `$draft-note` → `DraftNote`: a name that programs may use. */
function nameOf(operation: string): string {
  return operation.replace(/[$-]+(\w)/g, (_, first: string) => first.toUpperCase());
}

function has(operations: readonly Operation[], level: Operation['level']): boolean {
  return operations.some((operation) => operation.level === level);
}

/** One definition for all the places at which the operation is served. */
function definitionOf(url: string, operations: readonly Operation[]): OperationDefinition {
  const [{ name }] = operations as [Operation];
  const methods = [...new Set(operations.flatMap((operation) => operation.methods))];
  const types = [...new Set(operations.flatMap((operation) => operation.types))].sort();
  return {
    resourceType: 'OperationDefinition',
    id: idOf(url),
    url,
    name: nameOf(name),
    title: name,
    status: 'active',
    kind: 'operation',
    description: `${name} as this server answers it, by ${methods.join(', ')}.`,
    affectsState: !methods.includes('GET'),
    code: name.slice(1),
    system: has(operations, 'system'),
    type: has(operations, 'type'),
    instance: has(operations, 'instance'),
    ...(types.length > 0 && { resource: (types.includes('*') ? ['Resource'] : types) as ResourceTypes }),
    parameter: [{ name: 'return', use: 'out', min: 0, max: '1', type: 'Any' }],
  };
}

/**
 * The OperationDefinitions that the CapabilityStatement names, made from the operations themselves. `known` tells of those
 * that are published elsewhere and kept already.
 * @see https://hl7.org/fhir/R4/operationdefinition.html
 */
export function operationDefinitions(
  operations: readonly Operation[],
  known: (url: string) => boolean,
): OperationDefinition[] {
  const byUrl = Map.groupBy(operations, ({ definition }) => definition);
  return [...byUrl].filter(([url]) => !known(url)).map(([url, places]) => definitionOf(url, places));
}
