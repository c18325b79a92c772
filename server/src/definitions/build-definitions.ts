import type {
  CodeSystem,
  CompartmentDefinition,
  Resource,
  SearchParameter,
  StructureDefinition,
  ValueSet,
} from '@medplum/fhirtypes';
import { enumerateValueSet, type TerminologySource } from './code-set.ts';
import { packTypes, typeNameOf } from './pack-types.ts';
import { packSearchParameter, type SearchParameterInfo } from './search-parameter-info.ts';
import type { PackedType } from './type-info.ts';

/** Place of one definition in the text of all definitions. */
export type ResourceRow = readonly [
  type: string,
  id: string,
  url: string,
  name: string,
  offset: number,
  length: number,
];

/** What a build gives: the sections of the archive, and every definition as one line of JSON. */
export interface BuiltDefinitions {
  readonly sections: ReadonlyMap<string, unknown>;
  readonly lines: Buffer;
}

/** Builds the tables from definitions; of two with one URL or with one type and id, the later wins. */
export function buildDefinitions(resources: Iterable<Resource>): BuiltDefinitions {
  const byUrl = new Map<string, Resource>();
  const ids = new Map<string, string>();
  for (const given of resources) {
    const url = urlOf(given);
    const resource = ids.has(identityOf(given)) && ids.get(identityOf(given)) !== url ? renamed(given) : given;
    const identity = identityOf(resource);
    const earlier = ids.get(identity);
    if (earlier && earlier !== url) {
      byUrl.delete(earlier);
    }
    ids.set(identity, url);
    byUrl.set(url, resource);
  }
  const sections = new Map<string, unknown>();
  const all = [...byUrl.values()];
  addTypes(sections, all);
  addCodes(sections, byUrl);
  addSearch(sections, all);
  addCompartments(sections, all);
  const lines = addIndex(sections, all);
  return { sections, lines };
}

const identityOf = (resource: Resource): string => `${resource.resourceType}/${resource.id}`;

/** Two definitions may have been given one id by mistake: the later is then named as its URL ends. */
function renamed(resource: Resource): Resource {
  const name = /[A-Za-z0-9.-]{1,64}$/.exec(urlOf(resource))?.[0];
  return name ? { ...resource, id: name } : resource;
}

function urlOf(resource: Resource): string {
  const url = 'url' in resource && typeof resource.url === 'string' ? resource.url : '';
  return `${resource.resourceType}|${url || resource.id}`;
}

function addTypes(sections: Map<string, unknown>, all: readonly Resource[]): void {
  const kinds: Record<string, string> = {};
  for (const definition of all) {
    if (definition.resourceType === 'StructureDefinition' && isTypeDefinition(definition)) {
      const types = packTypes(definition);
      sections.set(`type:${typeNameOf(definition)}`, types);
      kinds[typeNameOf(definition)] = definition.abstract ? 'abstract' : (types[0]?.kind ?? '');
    }
  }
  sections.set('kinds', kinds);
}

/** A base type, or one of the two constrained quantities that the base types name. */
function isTypeDefinition(definition: StructureDefinition): boolean {
  if (definition.derivation === 'constraint') {
    return definition.id === 'SimpleQuantity' || definition.id === 'MoneyQuantity';
  }
  return definition.kind !== 'logical' || definition.name === 'ViewDefinition';
}

function addCodes(sections: Map<string, unknown>, byUrl: ReadonlyMap<string, Resource>): void {
  const source: TerminologySource = {
    codeSystem: (url) => byUrl.get(`CodeSystem|${url.split('|')[0]}`) as CodeSystem | undefined,
    valueSet: (url) => byUrl.get(`ValueSet|${url.split('|')[0]}`) as ValueSet | undefined,
  };
  for (const url of requiredValueSets(sections)) {
    const valueSet = source.valueSet(url);
    const found = valueSet && enumerateValueSet(valueSet, source);
    if (found?.missing.length === 0) {
      const systems: Record<string, string[]> = {};
      for (const { system, code } of found.codes) {
        systems[system] ??= [];
        systems[system].push(code);
      }
      sections.set(`codes:${url}`, systems);
    }
  }
}

function requiredValueSets(sections: ReadonlyMap<string, unknown>): Set<string> {
  const urls = new Set<string>();
  for (const [name, types] of sections) {
    for (const type of name.startsWith('type:') ? (types as PackedType[]) : []) {
      for (const { binding } of type.properties) {
        if (binding?.strength === 'required') {
          urls.add(binding.valueSet);
        }
      }
    }
  }
  return urls;
}

function addSearch(sections: Map<string, unknown>, all: readonly Resource[]): void {
  const parameters: SearchParameterInfo[] = all
    .filter((r): r is SearchParameter => r.resourceType === 'SearchParameter')
    .map(packSearchParameter);
  sections.set('search', parameters);
}

function addCompartments(sections: Map<string, unknown>, all: readonly Resource[]): void {
  const compartments: Record<string, Record<string, string[]>> = {};
  for (const definition of all) {
    if (definition.resourceType === 'CompartmentDefinition') {
      compartments[definition.code as string] = membersOf(definition);
    }
  }
  sections.set('compartments', compartments);
}

function membersOf(definition: CompartmentDefinition): Record<string, string[]> {
  return Object.fromEntries(
    (definition.resource ?? []).filter((r) => r.param?.length).map((r) => [r.code as string, r.param as string[]]),
  );
}

function addIndex(sections: Map<string, unknown>, all: readonly Resource[]): Buffer {
  const rows: ResourceRow[] = [];
  const parts: Buffer[] = [];
  let offset = 0;
  for (const resource of all) {
    const line = Buffer.from(`${JSON.stringify(resource)}\n`);
    const name = 'name' in resource && typeof resource.name === 'string' ? resource.name : '';
    rows.push([
      resource.resourceType,
      resource.id ?? '',
      urlOf(resource).split('|')[1] ?? '',
      name,
      offset,
      line.length,
    ]);
    parts.push(line);
    offset += line.length;
  }
  sections.set('index', rows);
  return Buffer.concat(parts);
}
