import type { Resource } from '@medplum/fhirtypes';
import { redact } from '../access/index.ts';
import type { StoredResource } from '../fhir/index.ts';

/** How versions are shown to this caller. */
export interface Presentation {
  /** Show Medplum's additions to meta (`X-Medplum: extended`). */
  readonly extended: boolean;
  readonly projectId: string;
  /** Elements hidden from the caller, by type. */
  readonly hidden: (type: string) => readonly string[];
  /** `_elements`: names of the top-level elements wanted. */
  readonly elements?: readonly string[];
  /** `_summary` other than `count` and `false`. */
  readonly summary?: 'true' | 'text' | 'data';
  /** Names of the elements in the summary of a type, for `_summary=true`. */
  readonly summaryElements: (type: string) => ReadonlySet<string>;
  /** Names of the elements that a type must have, which no partial answer leaves out. */
  readonly mandatoryElements: (type: string) => ReadonlySet<string>;
}

/** SUBSETTED, with which partial answers are marked. @see https://hl7.org/fhir/R4/search.html#elements */
const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
const INSTANT_LENGTH = 24;

/** Where the text after `"lastUpdated":"…"` begins, known from the fixed head of stored text. */
function headLength(stored: StoredResource): number {
  return (
    '{"resourceType":"","id":"","meta":{"versionId":"","lastUpdated":""'.length +
    stored.type.length +
    stored.id.length +
    String(stored.version).length +
    INSTANT_LENGTH
  );
}

function extendedMeta(stored: StoredResource, projectId: string): string {
  return `,"project":${JSON.stringify(projectId)},"author":{"reference":${JSON.stringify(stored.author)}}`;
}

/**
 * The JSON text that this caller may see. When nothing is hidden, added or asked for, it is the stored text itself.
 */
export function presented(stored: StoredResource, view: Presentation): string {
  const hidden = view.hidden(stored.type);
  const partial = view.elements !== undefined || view.summary !== undefined;
  const head = headLength(stored);
  const hasAccounts = stored.json.startsWith(',"accounts":', head);
  if (hidden.length === 0 && !partial && (view.extended || !hasAccounts)) {
    return view.extended
      ? stored.json.slice(0, head) + extendedMeta(stored, view.projectId) + stored.json.slice(head)
      : stored.json;
  }
  let resource = redact(JSON.parse(stored.json) as Resource, hidden);
  if (partial) {
    resource = subset(resource, view);
  }
  const { accounts, ...meta } = resource.meta ?? {};
  const shown = view.extended
    ? { ...resource.meta, project: view.projectId, author: { reference: stored.author } }
    : meta;
  return JSON.stringify({ ...resource, meta: shown });
}

function subset(resource: Resource, view: Presentation): Resource {
  const wanted = wantedElements(resource, view);
  const kept = Object.fromEntries(
    Object.entries(resource).filter(([name]) => wanted(name.startsWith('_') ? name.slice(1) : name)),
  );
  const tag = [...(resource.meta?.tag ?? []), SUBSETTED];
  return {
    ...kept,
    resourceType: resource.resourceType,
    id: resource.id,
    meta: { ...resource.meta, tag },
  } as Resource;
}

const ALWAYS = new Set(['resourceType', 'id', 'meta']);

function wantedElements(resource: Resource, view: Presentation): (name: string) => boolean {
  const { resourceType } = resource;
  const mandatory = view.mandatoryElements(resourceType);
  const kept = (name: string): boolean => ALWAYS.has(name) || mandatory.has(name);
  if (view.elements) {
    const prefix = `${resourceType}.`;
    const named = new Set(view.elements.map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name)));
    return (name) => kept(name) || named.has(name) || hasChoiceBase(named, name);
  }
  const summary = view.summaryElements(resourceType);
  switch (view.summary) {
    case 'text':
      return (name) => kept(name) || name === 'text';
    case 'data':
      return (name) => name !== 'text';
    default:
      return (name) => kept(name) || summary.has(name);
  }
}

/** `value` asks for `valueQuantity` too. */
function hasChoiceBase(named: ReadonlySet<string>, element: string): boolean {
  for (const name of named) {
    if (element.startsWith(name) && /^[A-Z]/.test(element.slice(name.length))) {
      return true;
    }
  }
  return false;
}
