import type { ElementDefinition, ElementDefinitionSlicingDiscriminator, StructureDefinition } from '@medplum/fhirtypes';
import type { Invariant } from '../../definitions/index.ts';

/** One element of a profile, with what is below it and how it is sliced. */
export interface ProfileNode {
  /** FHIRPath name without `[x]`; empty for the root. */
  readonly name: string;
  readonly sliceName?: string;
  readonly min: number;
  /** -1 for `*`. */
  readonly max: number;
  readonly types: readonly ProfileType[];
  readonly fixed?: { readonly value: unknown };
  readonly pattern?: { readonly value: unknown };
  /** Least and greatest value, and longest text. */
  readonly least?: unknown;
  readonly greatest?: unknown;
  readonly maxLength?: number;
  readonly binding?: { readonly strength: string; readonly valueSet: string };
  readonly invariants: readonly Invariant[];
  readonly mustSupport: boolean;
  readonly slicing?: SlicingRules;
  readonly slices: ProfileNode[];
  readonly children: ProfileNode[];
}

/** A type an element may have. */
export interface ProfileType {
  readonly code: string;
  readonly profiles: readonly string[];
  readonly targets: readonly string[];
}

/** How an element is sliced. @see https://hl7.org/fhir/R4/profiling.html#slicing */
export interface SlicingRules {
  readonly rules: 'closed' | 'open' | 'openAtEnd';
  readonly ordered: boolean;
  readonly discriminators: readonly ElementDefinitionSlicingDiscriminator[];
}

/** Builds the tree of a profile from its snapshot, or from its differential when it has none. */
export function profileTree(profile: StructureDefinition): ProfileNode | undefined {
  const elements = profile.snapshot?.element ?? profile.differential?.element ?? [];
  const partial = !profile.snapshot;
  const byId = new Map<string, ProfileNode>();
  let root: ProfileNode | undefined;
  for (const element of elements) {
    const id = idOf(element);
    const node = nodeOf(element, partial, profile);
    byId.set(id, node);
    if (!id.includes('.')) {
      root ??= node;
    } else {
      root ??= emptyNode('');
      attach(id, node, byId, root);
    }
  }
  return root;
}

/** A differential may leave ids out: the path, with the name of the slice, stands for it. */
function idOf(element: ElementDefinition): string {
  const path = element.path ?? '';
  return element.id ?? (element.sliceName ? `${path}:${element.sliceName}` : path);
}

function attach(id: string, node: ProfileNode, byId: Map<string, ProfileNode>, root: ProfileNode): void {
  const parent = parentOf(id, byId, root);
  const last = id.slice(id.lastIndexOf('.') + 1);
  if (!last.includes(':')) {
    parent.children.push(node);
    return;
  }
  const resliced = last.lastIndexOf('/');
  const unsliced = resliced < 0 ? id.slice(0, id.lastIndexOf(':')) : id.slice(0, id.lastIndexOf('/'));
  let owner = byId.get(unsliced);
  if (!owner) {
    owner = emptyNode(node.name);
    byId.set(unsliced, owner);
    parent.children.push(owner);
  }
  owner.slices.push(node);
}

/** The node an element lies in; elements that a differential skips are filled in. */
function parentOf(id: string, byId: Map<string, ProfileNode>, root: ProfileNode): ProfileNode {
  const parentId = id.slice(0, id.lastIndexOf('.'));
  const found = byId.get(parentId);
  if (found) {
    return found;
  }
  if (!parentId.includes('.')) {
    return root;
  }
  const last = parentId.slice(parentId.lastIndexOf('.') + 1);
  const made = emptyNode((last.split(':')[0] as string).replace('[x]', ''));
  byId.set(parentId, made);
  attach(parentId, made, byId, root);
  return made;
}

function emptyNode(name: string): ProfileNode {
  return { name, min: 0, max: -1, types: [], invariants: [], mustSupport: false, slices: [], children: [] };
}

function nodeOf(element: ElementDefinition, partial: boolean, profile: StructureDefinition): ProfileNode {
  const path = element.path ?? '';
  const name = path.includes('.') ? path.slice(path.lastIndexOf('.') + 1).replace('[x]', '') : '';
  const fixed = polymorphic(element, 'fixed');
  const pattern = polymorphic(element, 'pattern');
  const least = polymorphic(element, 'minValue');
  const greatest = polymorphic(element, 'maxValue');
  const { strength, valueSet } = element.binding ?? {};
  return {
    ...emptyNode(name),
    ...(element.sliceName && { sliceName: element.sliceName }),
    min: element.min ?? 0,
    max: element.max === undefined ? -1 : element.max === '*' ? -1 : Number(element.max),
    types: (element.type ?? []).map((type) => ({
      code: type.code ?? '',
      profiles: type.profile ?? [],
      targets: type.targetProfile ?? [],
    })),
    ...(fixed !== undefined && { fixed: { value: fixed } }),
    ...(pattern !== undefined && { pattern: { value: pattern } }),
    ...(least !== undefined && { least }),
    ...(greatest !== undefined && { greatest }),
    ...(element.maxLength && { maxLength: element.maxLength }),
    ...(strength && valueSet && { binding: { strength, valueSet } }),
    invariants: ownInvariants(element, partial, profile),
    mustSupport: element.mustSupport === true,
    ...(element.slicing && {
      slicing: {
        rules: element.slicing.rules ?? 'open',
        ordered: element.slicing.ordered === true,
        discriminators: element.slicing.discriminator ?? [],
      },
    }),
  };
}

/** A type of R4; profiles of R4 itself have small letters. */
const BASE_TYPE = /^http:\/\/hl7\.org\/fhir\/StructureDefinition\/[A-Z]/;

/** Invariants that the profile or one it derives from adds; those of the base types are checked with the structure. */
function ownInvariants(element: ElementDefinition, partial: boolean, profile: StructureDefinition): Invariant[] {
  return (element.constraint ?? [])
    .filter((c) => c.expression && (partial || !BASE_TYPE.test(c.source ?? '') || c.source === profile.url))
    .filter((c) => !['ele-1', 'ext-1'].includes(c.key ?? ''))
    .map((c) => ({
      key: c.key ?? '',
      severity: c.severity ?? 'error',
      expression: c.expression as string,
      human: c.human ?? '',
    }));
}

function polymorphic(element: ElementDefinition, prefix: 'fixed' | 'pattern' | 'minValue' | 'maxValue'): unknown {
  for (const [key, value] of Object.entries(element)) {
    if (key.startsWith(prefix) && key.length > prefix.length && value !== undefined) {
      return value;
    }
  }
  return undefined;
}
