import type { Definitions } from '../definitions/index.ts';
import { checkInvariants } from './invariants.ts';
import { isJson, type Json, kindOf } from './json.ts';
import { checkContainedAreUsed, checkContainedForm, checkExtension } from './native-rules.ts';
import type { Plan, PropertyPlan } from './plan.ts';
import { isBlankNarrative, isInXhtml } from './primitive-format.ts';
import { checkReference } from './references.ts';
import { type Run, report, shownName } from './run.ts';

/** Walks over a value along the plans of its types. */
export interface Walk {
  /** Checks an object of a known type at the place the run is at. */
  object(run: Run, value: unknown, plan: Plan): void;
  /** Checks a resource of any type that stands on its own: root, entry of a Bundle, parameter. */
  resource(run: Run, value: unknown): void;
}

/** Makes the walk. */
export function createWalk(definitions: Definitions, planOf: (type: string) => Plan): Walk {
  return { object: walkObject, resource: walkResource };

  function walkResource(run: Run, value: unknown): void {
    const type = resourceTypeOf(run, value);
    if (!type) {
      return;
    }
    const { root, resource, fragments } = run;
    const json = value as Json;
    run.root = json;
    run.resource = json;
    run.fragments = json.contained === undefined ? undefined : new Set();
    walkObject(run, json, planOf(type));
    if (run.fragments) {
      checkContainedAreUsed(run, json);
    }
    run.root = root;
    run.resource = resource;
    run.fragments = fragments;
  }

  function resourceTypeOf(run: Run, value: unknown): string | undefined {
    if (!isJson(value)) {
      report(run, { code: 'structure', key: 'structure-wrong-type', text: `Found ${kindOf(value)}, need a resource` });
      return undefined;
    }
    const type = Object.hasOwn(value, 'resourceType') ? value.resourceType : undefined;
    if (typeof type !== 'string' || !definitions.isResourceType(type)) {
      const found = type === undefined ? 'resourceType is missing' : 'resourceType is not a type of R4';
      report(run, { code: 'structure', key: 'structure-resource-type', text: found }, 'resourceType');
      return undefined;
    }
    return type;
  }

  function walkContained(run: Run, value: unknown): void {
    const type = resourceTypeOf(run, value);
    if (!type) {
      return;
    }
    const json = value as Json;
    const outer = run.resource;
    run.resource = json;
    checkContainedForm(run, json);
    walkObject(run, json, planOf(type));
    run.resource = outer;
  }

  function walkObject(run: Run, value: unknown, plan: Plan): void {
    if (!isJson(value)) {
      report(run, { code: 'structure', key: 'structure-wrong-type', text: `Found ${kindOf(value)}, need an object` });
      return;
    }
    if (run.issues.length >= run.maxIssues) {
      return;
    }
    if (run.depth >= run.maxDepth) {
      report(run, {
        code: 'too-costly',
        key: 'structure-too-deep',
        text: `Nested more than ${run.maxDepth} levels deep`,
      });
      return;
    }
    run.depth++;
    const before = run.issues.length;
    walkProperties(run, value, plan);
    if (run.issues.length === before) {
      checkInvariants(run, plan.invariants, value);
    }
    run.depth--;
  }

  function walkProperties(run: Run, json: Json, plan: Plan): void {
    let seen = 0;
    let content = 0;
    let chosen: Map<string, string> | undefined;
    for (const key of Object.keys(json)) {
      const value = json[key];
      if (value === undefined) {
        continue;
      }
      const property = plan.properties.get(key);
      if (!property) {
        reportUnknown(run, key, plan);
        continue;
      }
      seen |= property.bit;
      content += key === 'id' ? 0 : 1;
      if (property.choice !== '') {
        chosen = choose(run, property, chosen);
      }
      walkProperty(run, json, property, value);
    }
    if ((seen & plan.required) !== plan.required) {
      reportMissing(run, plan, seen);
    }
    if (content === 0 && plan.element) {
      const text = 'An element must have a value, an extension or children';
      report(run, { code: 'invariant', key: 'invariant-ele-1', text });
    }
    if (plan.name === 'Extension') {
      checkExtension(run, json, chosen);
    }
  }

  function walkProperty(run: Run, json: Json, property: PropertyPlan, value: unknown): void {
    if (property.kind === 'resourceType') {
      return;
    }
    if (value === null) {
      const text = 'Found null: leave the element out instead';
      report(run, { code: 'structure', key: 'structure-null', text }, property.element);
    } else if (property.array) {
      walkArray(run, json, property, value);
    } else if (Array.isArray(value)) {
      const text = `Found an array, need a single ${shown(property)}`;
      report(run, { code: 'structure', key: 'structure-not-array', text }, property.element);
    } else if (property.kind === 'primitive') {
      walkPrimitive(run, property, value, -1);
    } else {
      run.path.push(property.element);
      if (property.kind === 'sibling') {
        walkSibling(run, json[property.name], property, value);
      } else {
        walkValue(run, property, value);
      }
      run.path.pop();
    }
  }

  function walkArray(run: Run, json: Json, property: PropertyPlan, value: unknown): void {
    if (!Array.isArray(value)) {
      const text = `Found ${kindOf(value)}, need an array of ${shown(property)}`;
      report(run, { code: 'structure', key: 'structure-array', text }, property.element);
      return;
    }
    if (value.length === 0) {
      const text = 'Found an empty array: leave the element out instead';
      report(run, { code: 'structure', key: 'structure-empty', text }, property.element);
    }
    if (property.max >= 0 && value.length > property.max) {
      const text = `Found ${value.length} values, at most ${property.max} are allowed`;
      report(run, { code: 'structure', key: 'structure-too-many', text }, property.element);
    }
    if (property.kind === 'primitive') {
      for (let i = 0; i < value.length; i++) {
        walkPrimitiveAt(run, json, property, value, i);
      }
      return;
    }
    run.path.push(property.element, 0);
    const place = run.path.length - 1;
    for (let i = 0; i < value.length; i++) {
      run.path[place] = i;
      if (property.kind !== 'sibling') {
        walkValue(run, property, value[i]);
      } else {
        const primitives = json[property.name];
        walkSibling(run, Array.isArray(primitives) ? primitives[i] : undefined, property, value[i]);
      }
    }
    run.path.length = place - 1;
  }

  function walkPrimitiveAt(run: Run, json: Json, property: PropertyPlan, list: readonly unknown[], at: number): void {
    if (list[at] === null) {
      const siblings = json[`_${property.name}`];
      if (!Array.isArray(siblings) || !isJson(siblings[at])) {
        const text = 'Found null without an extension beside it';
        report(run, { code: 'structure', key: 'structure-null', text }, property.element, at);
      }
      return;
    }
    walkPrimitive(run, property, list[at], at);
  }

  function walkPrimitive(run: Run, property: PropertyPlan, value: unknown, at: number): void {
    const needed = property.format?.(value);
    if (needed) {
      const wrong = typeof value === 'object' || needed === 'a JSON string';
      const text = wrong ? `Found ${kindOf(value)}, need ${needed}` : `Not well formed: need ${needed}`;
      const issue = {
        code: wrong ? 'structure' : 'value',
        key: wrong ? 'structure-wrong-type' : 'primitive-format',
        text,
      };
      reportAt(run, issue as Parameters<typeof report>[1], property, at);
      return;
    }
    if (property.codes && !property.codes.hasCode(value)) {
      const text = `The code is not in the required value set: need ${property.codes.examples}`;
      reportAt(run, { code: 'code-invalid', key: 'code-not-in-value-set', text }, property, at);
    }
    if (property.uri && run.fragments && (value as string).charCodeAt(0) === 35) {
      run.fragments.add(value as string);
    }
    if (property.type === 'xhtml' && run.warnings && isBlankNarrative(value as string)) {
      const text = 'A narrative should have some content';
      report(run, { severity: 'warning', code: 'invariant', key: 'invariant-txt-2', text }, property.element);
    }
    if (property.type === 'xhtml' && run.warnings && !isInXhtml(value as string)) {
      const text = 'Not XHTML: need <div xmlns="http://www.w3.org/1999/xhtml">';
      report(run, { code: 'invariant', key: 'invariant-txt-1', text }, property.element);
    }
    if (property.invariants.length > 0) {
      run.path.push(property.element);
      checkInvariants(run, property.invariants, value);
      run.path.pop();
    }
  }

  function walkSibling(run: Run, primitive: unknown, property: PropertyPlan, value: unknown): void {
    if (value === null) {
      if (primitive === undefined || primitive === null) {
        const text = 'Found null beside no value';
        report(run, { code: 'structure', key: 'structure-null', text });
      }
      return;
    }
    walkObject(run, value, property.plan());
  }

  function walkValue(run: Run, property: PropertyPlan, value: unknown): void {
    if (value === null) {
      report(run, { code: 'structure', key: 'structure-null', text: 'Found null: leave the element out instead' });
      return;
    }
    if (property.kind === 'resource') {
      if (property.name === 'contained') {
        walkContained(run, value);
      } else {
        walkResource(run, value);
      }
      return;
    }
    const before = run.issues.length;
    walkObject(run, value, property.plan());
    if (run.issues.length > before) {
      return;
    }
    if (property.codes) {
      checkCodes(run, property, value as Json);
    }
    if (property.type === 'Reference') {
      checkReference(run, value, property, definitions);
    }
    checkInvariants(run, property.invariants, value);
  }
}

function checkCodes(run: Run, property: PropertyPlan, value: Json): void {
  const codes = property.codes;
  const codings = property.type === 'CodeableConcept' ? value.coding : [value];
  if (codes && !(Array.isArray(codings) && codings.some((coding) => codes.hasCoding(coding)))) {
    const text = `No coding is in the required value set: need ${codes.examples}`;
    report(run, { code: 'code-invalid', key: 'code-not-in-value-set', text });
  }
}

function choose(run: Run, property: PropertyPlan, chosen: Map<string, string> | undefined): Map<string, string> {
  const map = chosen ?? new Map<string, string>();
  const other = map.get(property.choice);
  if (other !== undefined && other !== property.name) {
    const text = `Found ${other} and ${property.name}, at most one ${property.choice}[x] is allowed`;
    report(run, { code: 'structure', key: 'structure-choice', text }, property.element);
  }
  map.set(property.choice, property.name);
  return map;
}

function reportUnknown(run: Run, key: string, plan: Plan): void {
  const name = shownName(key);
  const text = `Found an element that ${plan.name} does not have`;
  report(run, { code: 'structure', key: 'structure-unknown-element', text }, name);
}

function reportMissing(run: Run, plan: Plan, seen: number): void {
  for (const { bit, element, needed } of plan.requiredElements) {
    if ((seen & bit) === 0) {
      report(
        run,
        { code: 'required', key: 'structure-missing', text: `${element} is missing: need ${needed}` },
        element,
      );
    }
  }
}

function reportAt(run: Run, issue: Parameters<typeof report>[1], property: PropertyPlan, at: number): void {
  if (at < 0) {
    report(run, issue, property.element);
  } else {
    report(run, issue, property.element, at);
  }
}

function shown(property: PropertyPlan): string {
  return property.type.includes('.') ? 'object' : property.type;
}
