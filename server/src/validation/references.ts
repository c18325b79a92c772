import type { Definitions } from '../definitions/index.ts';
import { parseReference } from '../fhir/index.ts';
import type { PropertyPlan } from './plan.ts';
import { pathOf, type Run, report } from './run.ts';

const CONDITIONAL = /^([A-Z][A-Za-z]+)\?\S+$/;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\S+$/i;
/** Medplum's name for what the server itself wrote. */
const SYSTEM = 'system';

/**
 * Checks the literal reference of a Reference: its form, the type it points to, and that a local one is contained.
 * @see https://hl7.org/fhir/R4/references.html
 */
export function checkReference(run: Run, value: unknown, property: PropertyPlan, definitions: Definitions): void {
  const reference = (value as { reference?: unknown }).reference;
  if (typeof reference !== 'string') {
    return;
  }
  if (reference.charCodeAt(0) === 35) {
    checkLocal(run, reference, property);
    return;
  }
  const literal = parseReference(reference);
  if (literal) {
    // An absolute URL may end like a FHIR one by chance: only a known type tells.
    checkTarget(run, literal.type, property, definitions, literal.base === undefined);
    return;
  }
  const conditional = CONDITIONAL.exec(reference);
  if (conditional) {
    const before = run.issues.length;
    checkTarget(run, conditional[1] as string, property, definitions, true);
    if (run.issues.length === before) {
      noteConditional(run);
    }
  } else if (!ABSOLUTE.test(reference) && reference !== SYSTEM) {
    report(
      run,
      {
        code: 'value',
        key: 'reference-form',
        text: 'The reference is neither Type/id, an absolute URL, #id, urn:uuid:… nor Type?search',
      },
      'reference',
    );
  }
}

/** Nothing is wrong with it; who writes the resource must look up what it matches. */
function noteConditional(run: Run): void {
  const text = 'A conditional reference: what it matches takes its place when the resource is written';
  const expression = pathOf(run, 'reference');
  run.note = { severity: 'information', code: 'informational', key: 'reference-conditional', text, expression };
}

/** Software that acts by itself, where FHIR knows devices only: so a consent can name an app, or a bot. */
const SOFTWARE: ReadonlySet<string> = new Set(['Bot', 'ClientApplication']);

function checkTarget(
  run: Run,
  type: string,
  property: PropertyPlan,
  definitions: Definitions,
  relative: boolean,
): void {
  if (!definitions.isResourceType(type)) {
    if (relative) {
      report(run, { code: 'value', key: 'reference-type', text: `${type} is not a resource type` }, 'reference');
    }
    return;
  }
  if (property.targets && !property.targets.has(type) && !(property.targets.has('Device') && SOFTWARE.has(type))) {
    reportTarget(run, type, property);
  }
}

function reportTarget(run: Run, type: string, property: PropertyPlan): void {
  const needed = [...(property.targets ?? [])].join(', ');
  report(
    run,
    { code: 'value', key: 'reference-target', text: `Refers to ${type}, need one of ${needed}` },
    'reference',
  );
}

function checkLocal(run: Run, reference: string, property: PropertyPlan): void {
  run.fragments?.add(reference);
  if (reference === '#' && run.resource !== run.root) {
    return;
  }
  const contained = Array.isArray(run.root.contained) ? run.root.contained : [];
  const target: unknown = contained.find((r: unknown) => idOf(r) === reference.slice(1));
  if (!target) {
    report(
      run,
      { code: 'invariant', key: 'invariant-ref-1', text: 'A local reference must point to a contained resource' },
      'reference',
    );
  } else if (property.targets) {
    const type = (target as { resourceType?: unknown }).resourceType;
    if (typeof type === 'string' && !property.targets.has(type)) {
      reportTarget(run, /^[A-Za-z]{1,64}$/.test(type) ? type : 'an unknown type', property);
    }
  }
}

function idOf(resource: unknown): unknown {
  return typeof resource === 'object' && resource !== null && 'id' in resource ? resource.id : undefined;
}
