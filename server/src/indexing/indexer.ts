import type { Resource } from '@medplum/fhirtypes';
import type { Definitions, SearchParameterInfo } from '../definitions/index.ts';
import { compilePath, type Program } from './compile.ts';
import { type CustomParameter, extendRegistry } from './custom-parameters.ts';
import { FOREVER } from './date-interval.ts';
import { type Emitter, emitterFor } from './emitters.ts';
import { evaluatedExpression, type ValuesOf } from './evaluated-expression.ts';
import type { IndexRow, IndexRows, IndexRowsDifference } from './index-rows.ts';
import { parameterKey } from './keys.ts';
import { createRegistry, type ParameterRegistry, type TypeParameters } from './registry.ts';
import { finish, newSink, type RowSink } from './row-sink.ts';
import type { StoredParameter } from './search-parameter.ts';
import { typedPaths } from './typed-path.ts';
import { acceptsType } from './value-types.ts';

/** Turns resources into index rows, and knows the search parameters they belong to. */
export interface Indexer {
  readonly registry: ParameterRegistry;
  /** All index rows of a resource; empty for a type that does not exist. */
  extract(resource: Resource): IndexRows;
  /** What must be removed and added when `before` is replaced by `after`. */
  difference(before: IndexRows, after: IndexRows): IndexRowsDifference;
  /** References `Patient/…` of the patients in whose compartment a resource lies. */
  patientCompartments(resource: Resource): string[];
}

type Json = Record<string, unknown>;

interface Fallback {
  readonly valuesOf: ValuesOf;
  readonly emit: (type: string) => Emitter | undefined;
}

interface CompiledType {
  readonly programs: ReadonlyMap<string, readonly Program[]>;
  readonly fallbacks: readonly Fallback[];
  readonly timeline: number | undefined;
  readonly compartment: number;
  /** Keys of the references that place a resource into a patient's compartment. */
  readonly members: ReadonlySet<number>;
}

/** Which way expressions are carried out; `evaluated` is the slow way that proves the other right. */
export type Extraction = 'compiled' | 'evaluated';

/** Makes the indexer; types are compiled when their first resource comes. */
export function createIndexer(
  definitions: Definitions,
  extra: readonly SearchParameterInfo[] = [],
  extraction: Extraction = 'compiled',
): Indexer {
  return indexerOver(definitions, createRegistry(definitions, extra), extraction);
}

/** The indexer of a tenant with search parameters of its own; types without any are indexed as before. */
export function extendIndexer(definitions: Definitions, base: Indexer, custom: readonly CustomParameter[]): Indexer {
  const own = indexerOver(definitions, extendRegistry(definitions, base.registry, custom), 'compiled');
  const types = new Set(custom.flatMap(({ info }) => info.base));
  const of = (resource: Resource): Indexer => (types.has(resource.resourceType) ? own : base);
  return {
    registry: own.registry,
    extract: (resource) => of(resource).extract(resource),
    difference,
    patientCompartments: (resource) => of(resource).patientCompartments(resource),
  };
}

function indexerOver(definitions: Definitions, registry: ParameterRegistry, extraction: Extraction): Indexer {
  const members = definitions.compartment('Patient');
  const compiled = new Map<string, CompiledType | undefined>();
  const compiledType = (resourceType: string): CompiledType | undefined => {
    if (!compiled.has(resourceType)) {
      const type = registry.of(resourceType);
      compiled.set(resourceType, type && compileType(definitions, type, members.get(resourceType) ?? [], extraction));
    }
    return compiled.get(resourceType);
  };
  const extract = (resource: Resource): IndexRows => {
    const type = compiledType(resource.resourceType);
    return type ? extractRows(type, resource) : {};
  };
  return {
    registry,
    extract,
    difference,
    patientCompartments(resource) {
      const key = compiledType(resource.resourceType)?.compartment;
      const rows = extract(resource).index_reference ?? [];
      return rows.filter((row) => row[0] === key && row[2] === 'Patient').map((row) => `Patient/${row[1]}`);
    },
  };
}

function compileType(
  definitions: Definitions,
  type: TypeParameters,
  memberCodes: readonly string[],
  extraction: Extraction,
): CompiledType {
  const programs = new Map<string, Program[]>();
  const fallbacks: Fallback[] = [];
  for (const stored of type.stored) {
    if (stored.paths && extraction === 'compiled') {
      compileStored(definitions, type, stored, programs);
    } else {
      fallbacks.push(fallbackOf(type, stored));
    }
  }
  const members = memberCodes.flatMap((code) => type.parameters.get(code)?.sources.map((source) => source.key) ?? []);
  return {
    programs,
    fallbacks,
    timeline: type.timeline?.sources[0]?.key,
    compartment: parameterKey(`${type.resourceType}._compartment`),
    members: new Set(members),
  };
}

function compileStored(
  definitions: Definitions,
  type: TypeParameters,
  stored: StoredParameter,
  programs: Map<string, Program[]>,
): void {
  for (const path of stored.paths ?? []) {
    for (const { hops, type: valueType } of typedPaths(definitions, type.resourceType, path)) {
      const first = hops[0];
      const emit =
        !stored.custom || acceptsType(stored.kind, valueType)
          ? emitter(type, stored, valueType, type.contexts.discriminatorOf(path.text))
          : undefined;
      if (first && emit) {
        const list = programs.get(first.name) ?? [];
        list.push(compilePath(hops, stored.iterated ?? type.contexts.iterated, emit));
        programs.set(first.name, list);
      }
    }
  }
}

function emitter(
  type: TypeParameters,
  stored: StoredParameter,
  valueType: string,
  discriminator?: string,
): Emitter | undefined {
  const code = stored.name.slice(stored.name.indexOf('.') + 1);
  const implicitSystem = type.parameters.get(code)?.implicitSystem ?? 0;
  const { key, name, kind } = stored;
  return emitterFor({ key, name, kind, valueType, implicitSystem, ...(discriminator && { discriminator }) });
}

function fallbackOf(type: TypeParameters, stored: StoredParameter): Fallback {
  const emitters = new Map<string, Emitter | undefined>();
  const { condition } = stored;
  return {
    valuesOf: condition
      ? (resource) => [{ type: 'boolean', value: condition(resource) }]
      : evaluatedExpression(type.resourceType, stored.expression),
    emit(valueType) {
      if (!emitters.has(valueType)) {
        emitters.set(valueType, emitter(type, stored, valueType));
      }
      return emitters.get(valueType);
    },
  };
}

function extractRows(type: CompiledType, resource: Resource): IndexRows {
  const sink = newSink();
  const json = resource as unknown as Json;
  for (const name in json) {
    const programs = type.programs.get(name);
    if (programs) {
      const value = json[name];
      for (let i = 0; i < programs.length; i++) {
        (programs[i] as Program)(value, sink, json);
      }
    }
  }
  for (const { valuesOf, emit } of type.fallbacks) {
    for (const value of valuesOf(resource)) {
      emit(value.type)?.(value.value, sink, 0, json);
    }
  }
  addCompartments(type, resource, sink);
  addTimes(type, sink);
  return finish(sink);
}

/** Compartments are rows too; what lies in no patient's compartment has its own accounts instead. */
function addCompartments(type: CompiledType, resource: Resource, sink: RowSink): void {
  const patients = new Set<string>();
  if (resource.resourceType === 'Patient' && resource.id) {
    patients.add(resource.id);
  }
  for (const row of sink.index_reference) {
    if (row[2] === 'Patient' && type.members.has(row[0] as number)) {
      patients.add(row[1] as string);
    }
  }
  for (const id of patients) {
    sink.index_reference.push([type.compartment, id, 'Patient', '', 0]);
  }
  if (patients.size > 0 && resource.resourceType !== 'Patient') {
    return;
  }
  for (const { reference } of resource.meta?.accounts ?? []) {
    const [accountType, id] = reference?.split('/') ?? [];
    if (accountType && id) {
      sink.index_reference.push([type.compartment, id, accountType, '', 0]);
    }
  }
}

function addTimes(type: CompiledType, sink: RowSink): void {
  let at = -FOREVER;
  if (type.timeline !== undefined) {
    for (const row of sink.index_date) {
      if (row[0] === type.timeline) {
        at = row[1] as number;
      }
    }
  }
  for (const row of sink.index_reference) {
    row[4] = at;
  }
}

function difference(before: IndexRows, after: IndexRows): IndexRowsDifference {
  const removed: Record<string, IndexRow[]> = {};
  const added: Record<string, IndexRow[]> = {};
  for (const table of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = keyed(before[table]);
    const fresh = keyed(after[table]);
    removed[table] = [...old].filter(([key]) => !fresh.has(key)).map(([, row]) => row);
    added[table] = [...fresh].filter(([key]) => !old.has(key)).map(([, row]) => row);
  }
  return { removed, added };
}

function keyed(rows: readonly IndexRow[] | undefined): Map<string, IndexRow> {
  return new Map((rows ?? []).map((row) => [row.join('\u0000'), row]));
}
