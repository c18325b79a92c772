import type { Definitions } from '../../definitions/index.ts';
import type { Issue } from '../../fhir/index.ts';
import type { CompiledProfile, ProfileSet } from './profile-set.ts';
import type { ProfileFindings, ProfileWalk } from './profile-walk.ts';

/** What checking the extensions of a resource needs. */
export interface ExtensionChecks {
  readonly definitions: Definitions;
  readonly set: ProfileSet;
  readonly walk: ProfileWalk;
  readonly findings: ProfileFindings;
}

/** The element that may carry an extension. */
interface Carrier {
  /** Where it lies in what is validated. */
  readonly at: string;
  /** Its path within its own resource, without indexes, as contexts name it. */
  readonly path: string;
  /** URL of the extension that it is itself. */
  readonly url?: string;
}

/** Checks each extension, wherever it lies, against its own definition and the context that this allows. */
export function checkExtensions(checks: ExtensionChecks, value: unknown, type: string): void {
  visit(checks, value, { at: type, path: type }, 0);
}

function visit(checks: ExtensionChecks, value: unknown, carrier: Carrier, depth: number): void {
  if (depth > 60 || typeof value !== 'object' || value === null) {
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    const items: unknown[] = Array.isArray(child) ? child : [child];
    const name = key.startsWith('_') ? key.slice(1) : key;
    items.forEach((item, index) => {
      const at = Array.isArray(child) ? `${carrier.at}.${name}[${index}]` : `${carrier.at}.${name}`;
      const isExtension = key === 'extension' || key === 'modifierExtension';
      const url = isExtension ? (item as { url?: unknown } | null)?.url : undefined;
      const resourceType = (item as { resourceType?: unknown } | null)?.resourceType;
      if (isExtension && typeof url === 'string') {
        checkExtension(checks, { item, url, at, modifies: key === 'modifierExtension' }, carrier);
      }
      // What refers to the content of an element around it, as `action` in `action`, is that element again.
      const inner = carrier.path.endsWith(`.${name}`) ? carrier.path : `${carrier.path}.${name}`;
      const path = typeof resourceType === 'string' ? resourceType : inner;
      visit(checks, item, { at, path, ...(typeof url === 'string' && { url }) }, depth + 1);
    });
  }
}

interface Found {
  readonly item: unknown;
  readonly url: string;
  readonly at: string;
  readonly modifies: boolean;
}

function checkExtension(checks: ExtensionChecks, { item, url, at, modifies }: Found, carrier: Carrier): void {
  const { set, walk, findings, definitions } = checks;
  const profile = set.get(url);
  if (profile?.type !== 'Extension') {
    if (modifies && url.includes(':')) {
      const text = `Modifier extension ${url} is not known here: what it changes cannot be taken into account`;
      findings.issues.push(issue('warning', 'extension-unknown', text, at));
    }
    return;
  }
  walk.profile(profile, { value: item, type: 'Extension', path: at });
  if (!isAllowed(definitions, profile, carrier)) {
    const places = (profile.contexts ?? []).map(({ expression }) => expression).join(', ');
    // The specification's own examples stretch the contexts of its own extensions.
    const severity = url.startsWith('http://hl7.org/fhir/StructureDefinition/') ? 'warning' : 'error';
    findings.issues.push(issue(severity, 'extension-context', `Extension ${url} may stand at ${places} only`, at));
  }
}

function issue(severity: Issue['severity'], key: string, text: string, expression: string): Issue {
  return { severity, code: severity === 'error' ? 'structure' : 'extension', key, text, expression };
}

/** May the extension stand here? Contexts that a path cannot decide allow it. @see https://hl7.org/fhir/R4/defining-extensions.html#context */
function isAllowed(definitions: Definitions, { contexts }: CompiledProfile, carrier: Carrier): boolean {
  return (
    !contexts ||
    contexts.length === 0 ||
    contexts.some(({ type, expression }) => {
      if (type === 'extension') {
        return carrier.url === expression;
      }
      return type !== 'element' || holdsElement(definitions, expression, carrier.path);
    })
  );
}

function holdsElement(definitions: Definitions, expression: string, path: string): boolean {
  const wanted = expression.replace('[x]', '');
  if (path === wanted || (expression.endsWith('[x]') && path.startsWith(wanted))) {
    return true;
  }
  if (wanted.includes('.')) {
    // A path into a data type, such as `ElementDefinition.type`, may end anywhere.
    return !definitions.isResourceType(wanted.split('.')[0] as string);
  }
  const isResource = !path.includes('.');
  return definitions.isResourceType(wanted)
    ? false
    : isResource
      ? /^(?:Resource|DomainResource|Element)$/.test(wanted)
      : !/^(?:Resource|DomainResource)$/.test(wanted);
}
