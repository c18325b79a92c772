import type { Coding, ElementDefinition, StructureDefinition } from '@medplum/fhirtypes';
import { type Definitions, isUcumCode } from '../../definitions/index.ts';
import { hasSafePatterns } from '../../fhir/index.ts';
import { type ProfileNode, profileTree } from './profile-tree.ts';

/** What a terminology says of a coding in a value set. */
export interface CodeCheck {
  readonly result: boolean;
  /** True when it cannot be decided. */
  readonly unknown?: boolean;
}

/** Where profiles and codes come from, besides the base definitions: bound to the tenant of the caller. */
export interface ProfileSources {
  loadProfile(url: string): Promise<StructureDefinition | undefined>;
  checkCode(valueSet: string, coding: Coding): Promise<CodeCheck>;
}

/** A profile made ready. */
export interface CompiledProfile {
  readonly url: string;
  readonly type: string;
  readonly base?: string;
  readonly root: ProfileNode;
  /** Where an extension may stand. */
  readonly contexts?: readonly { readonly type: string; readonly expression: string }[];
}

/** The profiles one validation needs, by canonical URL as it was asked for. */
export type ProfileSet = ReadonlyMap<string, CompiledProfile | undefined>;

/** Compiles profiles, keeping a bounded number. */
export interface ProfileCompiler {
  /** Loads profiles and all that they refer to. */
  load(urls: Iterable<string>, sources: ProfileSources): Promise<ProfileSet>;
}

const KEPT = 200;
/** Most profiles that one validation may pull in. */
const MOST = 300;
const BASE = 'http://hl7.org/fhir/StructureDefinition/';

/** Makes a compiler whose cache goes by URL, version and stored version. */
export function createProfileCompiler(definitions: Definitions): ProfileCompiler {
  const kept = new Map<string, CompiledProfile | undefined>();
  const compile = (profile: StructureDefinition): CompiledProfile | undefined => {
    const key = [
      profile.url,
      profile.version,
      profile.id,
      profile.meta?.project,
      profile.meta?.versionId,
      profile.meta?.lastUpdated,
    ].join('|');
    if (!kept.has(key) || !profile.url) {
      kept.set(key, compileProfile(withoutSlowPatterns(profile)));
      if (kept.size > KEPT) {
        kept.delete(kept.keys().next().value as string);
      }
    }
    return kept.get(key);
  };
  const baseUrls = new Set(definitions.urls('StructureDefinition'));
  const bases = new Map<string, CompiledProfile | undefined>();
  const base = (canonical: string): CompiledProfile | undefined => {
    const url = canonical.split('|')[0] as string;
    if (baseUrls.has(url) && !bases.has(url)) {
      const profile = definitions.resource<StructureDefinition>('StructureDefinition', url);
      bases.set(url, profile && compileProfile(profile));
    }
    return bases.get(url);
  };
  const fromSources = async (url: string, sources: ProfileSources): Promise<CompiledProfile | undefined> => {
    const profile = await sources.loadProfile(url);
    return profile && compile(profile);
  };
  return {
    async load(urls, sources) {
      const set = new Map<string, CompiledProfile | undefined>();
      const queue = [...urls];
      for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
        if (set.has(url) || set.size >= MOST || isBaseType(url, definitions)) {
          continue;
        }
        const compiled = base(url) ?? (await fromSources(url, sources));
        set.set(url, compiled);
        queue.push(...(compiled ? referredTo(compiled) : []));
      }
      return set;
    },
  };
}

/** A URL of a base type needs no profile: the structure is checked anyway. */
export function isBaseType(url: string, definitions: Definitions): boolean {
  return url.startsWith(BASE) && definitions.type(url.slice(BASE.length)) !== undefined;
}

/**
 * Rules of a tenant whose pattern may take for ever on a crafted text are not evaluated, which is said as a warning; base
 * definitions are trusted.
 */
function withoutSlowPatterns(profile: StructureDefinition): StructureDefinition {
  const guard = (element: ElementDefinition): ElementDefinition => ({
    ...element,
    constraint: element.constraint?.map((constraint) =>
      !hasSafePatterns(constraint.expression ?? '')
        ? {
            ...constraint,
            severity: 'warning',
            expression: 'false',
            human: 'not evaluated, its pattern may be too slow',
          }
        : constraint,
    ),
  });
  return {
    ...profile,
    ...(profile.snapshot && { snapshot: { ...profile.snapshot, element: profile.snapshot.element.map(guard) } }),
    ...(profile.differential && {
      differential: { ...profile.differential, element: profile.differential.element.map(guard) },
    }),
  };
}

function compileProfile(profile: StructureDefinition): CompiledProfile | undefined {
  const root = profileTree(profile);
  if (!root || !profile.url) {
    return undefined;
  }
  const base = profile.snapshot ? undefined : profile.baseDefinition;
  const contexts = profile.context?.map(({ type = '', expression = '' }) => ({ type, expression }));
  return { url: profile.url, type: profile.type, root, ...(base && { base }), ...(contexts && { contexts }) };
}

function referredTo({ root, base }: CompiledProfile): string[] {
  const urls = new Set<string>(base ? [base] : []);
  const walk = (node: ProfileNode): void => {
    for (const { profiles, targets } of node.types) {
      for (const url of [...profiles, ...targets]) {
        urls.add(url);
      }
    }
    [...node.children, ...node.slices].forEach(walk);
  };
  walk(root);
  return [...urls];
}

/** Canonical URLs of all extensions in a value, wherever they lie. */
export function extensionUrls(value: unknown, found = new Set<string>(), depth = 0): Set<string> {
  if (depth > 60 || typeof value !== 'object' || value === null) {
    return found;
  }
  if (!Array.isArray(value)) {
    const { extension, modifierExtension } = value as { extension?: unknown; modifierExtension?: unknown };
    for (const item of [extension, modifierExtension].flat()) {
      const url = (item as { url?: unknown } | undefined)?.url;
      if (typeof url === 'string' && url.includes(':')) {
        found.add(url);
      }
    }
  }
  for (const child of Object.values(value)) {
    extensionUrls(child, found, depth + 1);
  }
  return found;
}

/** Places of UCUM codes that are not well formed. */
export function badUcumCodes(value: unknown, path: string, found: string[] = [], depth = 0): string[] {
  if (depth > 60 || typeof value !== 'object' || value === null) {
    return found;
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) => void badUcumCodes(item, `${path}[${index}]`, found, depth + 1));
    return found;
  }
  const { system, code } = value as { system?: unknown; code?: unknown };
  if (system === 'http://unitsofmeasure.org' && typeof code === 'string' && !isUcumCode(code)) {
    found.push(`${path}.code`);
  }
  for (const [key, child] of Object.entries(value)) {
    badUcumCodes(child, `${path}.${key}`, found, depth + 1);
  }
  return found;
}
