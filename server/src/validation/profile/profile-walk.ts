import type { Coding } from '@medplum/fhirtypes';
import type { Definitions, PropertyInfo } from '../../definitions/index.ts';
import { type Issue, parseReference } from '../../fhir/index.ts';
import { type CompiledInvariant, compileInvariants } from '../invariants.ts';
import { matchesFixed, matchesPattern } from './matches-pattern.ts';
import { type CompiledProfile, isBaseType, type ProfileSet } from './profile-set.ts';
import type { ProfileNode } from './profile-tree.ts';
import { codingsOf, matchesType, orderToBound, resourceTypeOf, shownType } from './profile-values.ts';
import { belongsTo, type SliceContext } from './slice-match.ts';

/** A code that must be looked up once the walk is over. */
export interface PendingCode {
  readonly valueSet: string;
  readonly strength: string;
  readonly codings: readonly Coding[];
  readonly expression: string;
}

/** What one walk along a profile found. */
export interface ProfileFindings {
  readonly issues: Issue[];
  readonly codes: PendingCode[];
}

interface Place {
  readonly value: unknown;
  readonly type: string;
  readonly path: string;
}

const MAX_DEPTH = 60;

/** Walks a resource along profiles. */
export class ProfileWalk {
  private readonly definitions: Definitions;
  private readonly profiles: ProfileSet;
  private readonly resource: unknown;
  private readonly findings: ProfileFindings;
  private depth = 0;
  private readonly checked = new Map<unknown, Set<CompiledProfile>>();

  constructor(definitions: Definitions, profiles: ProfileSet, resource: unknown, findings: ProfileFindings) {
    this.definitions = definitions;
    this.profiles = profiles;
    this.resource = resource;
    this.findings = findings;
  }

  /** Checks a value against a profile and those it derives from. */
  profile(profile: CompiledProfile, place: Place): void {
    if (profile.type !== place.type) {
      const text = `Profile ${profile.url} is for ${profile.type}, found ${place.type}`;
      this.report('structure', 'profile-type', text, place.path);
      return;
    }
    if (this.depth > MAX_DEPTH || this.wasChecked(profile, place.value)) {
      return;
    }
    this.depth++;
    const base = profile.base && this.profiles.get(profile.base);
    if (base) {
      this.profile(base, place);
    }
    this.element(profile.root, place);
    this.depth--;
  }

  /** Each object is checked once against each profile. */
  private wasChecked(profile: CompiledProfile, value: unknown): boolean {
    const profiles = this.checked.get(value) ?? new Set();
    const known = profiles.has(profile);
    if (typeof value === 'object') {
      this.checked.set(value, profiles.add(profile));
    }
    return known;
  }

  /** Checks one value of an element. */
  private element(node: ProfileNode, place: Place): void {
    const { value, path, type } = place;
    if (node.fixed && !matchesFixed(value, node.fixed.value)) {
      this.report('value', 'profile-fixed', 'The value is not the one the profile fixes', path);
    }
    if (node.pattern && !matchesPattern(value, node.pattern.value)) {
      this.report('value', 'profile-pattern', 'The value does not hold what the pattern of the profile asks for', path);
    }
    this.bounds(node, place);
    if (node.binding) {
      this.binding(node.binding, place);
    }
    this.types(node, place);
    if (typeof value === 'object' && value !== null) {
      for (const child of node.children) {
        this.child(child, place);
      }
    }
    for (const invariant of compileCached(node, type, this.definitions)) {
      this.invariant(invariant, place);
    }
  }

  private bounds({ least, greatest, maxLength }: ProfileNode, { value, path }: Place): void {
    if ((orderToBound(value, least) ?? 0) < 0 || (orderToBound(value, greatest) ?? 0) > 0) {
      this.report('value', 'profile-bounds', 'The value is outside the bounds of the profile', path);
    }
    if (maxLength && typeof value === 'string' && value.length > maxLength) {
      this.report('too-long', 'profile-length', `The profile allows at most ${maxLength} characters`, path);
    }
  }

  private child(node: ProfileNode, parent: Place): void {
    const places = this.placesOf(node, parent);
    const path = `${parent.path}.${node.name}`;
    this.count(node, places.length, path);
    const slices = node.slices.filter((slice) => slice.sliceName);
    for (const place of places) {
      this.element(node, place);
    }
    if (slices.length > 0) {
      this.slices(node, slices, places, path);
    }
  }

  private count(node: ProfileNode, found: number, path: string): void {
    const what = node.sliceName ? `slice ${node.sliceName}` : node.name;
    if (found < node.min) {
      const text = `The profile needs at least ${node.min} of ${what}, found ${found}`;
      this.report('required', 'profile-min', text, path);
    }
    if (node.max >= 0 && found > node.max) {
      const text = `The profile allows at most ${node.max} of ${what}, found ${found}`;
      this.report('structure', 'profile-max', text, path);
    }
  }

  private slices(node: ProfileNode, slices: readonly ProfileNode[], places: readonly Place[], path: string): void {
    const discriminators = node.slicing?.discriminators ?? [];
    const members = new Map<ProfileNode, Place[]>(slices.map((slice) => [slice, []]));
    let lastSlice = 0;
    let unmatched = false;
    for (const place of places) {
      const slice = slices.find((candidate) => belongsTo(place, candidate, discriminators, this.context()));
      if (!slice) {
        unmatched = true;
        if (node.slicing?.rules === 'closed') {
          this.report(
            'structure',
            'profile-slice',
            'The value belongs to no slice, and the slicing is closed',
            place.path,
          );
        }
        continue;
      }
      const order = slices.indexOf(slice);
      if ((node.slicing?.ordered && order < lastSlice) || (unmatched && node.slicing?.rules === 'openAtEnd')) {
        this.report('structure', 'profile-slice-order', `Slice ${slice.sliceName} is out of order`, place.path);
      }
      lastSlice = Math.max(lastSlice, order);
      members.get(slice)?.push(place);
      this.element(slice, place);
    }
    for (const [slice, found] of members) {
      this.count(slice, found.length, path);
      const within = slice.slices.filter(({ sliceName }) => sliceName);
      if (within.length > 0) {
        this.slices(slice, within, found, path);
      }
    }
  }

  private context(): SliceContext {
    return {
      profileRoot: (url) => this.profiles.get(url)?.root,
      conforms: (value, type, url) => {
        const profile = this.profiles.get(url);
        const findings: ProfileFindings = { issues: [], codes: [] };
        const walk = new ProfileWalk(this.definitions, this.profiles, this.resource, findings);
        walk.depth = this.depth + 1;
        if (profile) {
          walk.profile(profile, { value, type, path: '' });
        }
        return findings.issues.every((issue) => issue.severity === 'warning');
      },
      targetType: (value) => this.targetType(value),
    };
  }

  /** Allowed types, profiles of types, and targets of references. */
  private types(node: ProfileNode, place: Place): void {
    if (node.types.length === 0 || node.name === '') {
      return;
    }
    const allowed = node.types.filter((type) => matchesType(type.code, place.type));
    if (allowed.length === 0) {
      const names = node.types.map((type) => type.code).join(', ');
      this.report(
        'structure',
        'profile-type',
        `Found ${shownType(place.type)}, the profile allows ${names}`,
        place.path,
      );
      return;
    }
    const profiles = allowed.flatMap((type) => type.profiles).filter((url) => !isBaseType(url, this.definitions));
    const known = profiles.map((url) => this.profiles.get(url)).filter((profile) => profile !== undefined);
    if (known.length === 1) {
      this.profile(known[0] as CompiledProfile, place);
    } else if (known.length > 1 && !known.some((p) => this.context().conforms(place.value, place.type, p.url))) {
      this.report('structure', 'profile-type', `Conforms to none of ${known.map((p) => p.url).join(', ')}`, place.path);
    }
    if (place.type === 'Reference') {
      this.target(
        allowed.flatMap((type) => type.targets),
        place,
      );
    }
  }

  private target(urls: readonly string[], place: Place): void {
    const type = this.targetType(place.value);
    const names = urls.map((url) => this.profiles.get(url)?.type ?? url.slice(url.lastIndexOf('/') + 1));
    const unknown = urls.some((url) => !this.profiles.get(url) && !isBaseType(url, this.definitions));
    if (type && urls.length > 0 && !unknown && !names.includes(type) && !names.includes('Resource')) {
      const text = `Refers to ${type}, the profile allows ${[...new Set(names)].join(', ')}`;
      this.report('value', 'profile-target', text, `${place.path}.reference`);
    }
  }

  /** Resource type of what a reference points to: by its text, among the contained resources, or as it says itself. */
  private targetType(value: unknown): string | undefined {
    const { reference, type } = (value ?? {}) as { reference?: unknown; type?: unknown };
    if (typeof reference === 'string' && reference.startsWith('#')) {
      const { contained } = this.resource as { contained?: readonly { id?: unknown }[] };
      return resourceTypeOf(contained?.find(({ id }) => id === reference.slice(1)));
    }
    const named = typeof reference === 'string' ? parseReference(reference)?.type : undefined;
    return named ?? (typeof type === 'string' && this.definitions.isResourceType(type) ? type : undefined);
  }

  private binding(binding: { strength: string; valueSet: string }, { value, type, path }: Place): void {
    if (binding.strength !== 'required' && binding.strength !== 'extensible') {
      return;
    }
    const codings = codingsOf(value, type);
    if (codings) {
      this.findings.codes.push({ ...binding, codings, expression: path });
    }
  }

  private invariant({ invariant, evaluate }: CompiledInvariant, { value, path }: Place): void {
    let holds = false;
    try {
      const around = { resource: this.resource, rootResource: this.resource, context: value };
      const result = evaluate(value, around);
      holds = result.length === 1 && result[0] === true;
    } catch {
      holds = false;
    }
    if (!holds) {
      this.findings.issues.push({
        severity: invariant.severity,
        code: 'invariant',
        key: `invariant-${invariant.key}`,
        text: `Rule ${invariant.key} does not hold: ${invariant.human}`,
        expression: path,
      });
    }
  }

  private placesOf(node: ProfileNode, parent: Place): Place[] {
    const type = this.definitions.type(parent.type);
    const exact = type?.properties.get(node.name);
    const variants: readonly PropertyInfo[] = type?.elements.get(node.name) ?? (exact ? [exact] : []);
    const record = parent.value as Record<string, unknown>;
    for (const { name, element, type: valueType, primitive } of variants) {
      const value = record[name] ?? (primitive ? record[`_${name}`] : undefined);
      if (value === undefined) {
        continue;
      }
      const path = `${parent.path}.${element}`;
      const typed = (item: unknown): string =>
        valueType === 'Resource' ? (resourceTypeOf(item) ?? valueType) : valueType;
      return Array.isArray(value)
        ? value.map((item: unknown, index) => ({ value: item, type: typed(item), path: `${path}[${index}]` }))
        : [{ value, type: typed(value), path }];
    }
    return [];
  }

  private report(code: Issue['code'], key: string, text: string, expression: string): void {
    this.findings.issues.push({ severity: 'error', code, key, text, expression });
  }
}

const compiled = new WeakMap<ProfileNode, Map<string, CompiledInvariant[]>>();

function compileCached(node: ProfileNode, type: string, definitions: Definitions): readonly CompiledInvariant[] {
  if (node.invariants.length === 0) {
    return [];
  }
  const byType = compiled.get(node) ?? new Map<string, CompiledInvariant[]>();
  compiled.set(node, byType);
  const found = byType.get(type) ?? compileInvariants(node.invariants, type, definitions);
  byType.set(type, found);
  return found;
}
