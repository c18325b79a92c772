// Every type of R4 and of the platform: its smallest instance is accepted, and each planted fault is refused where it lies.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDefinitions, type PropertyInfo } from '../definitions/index.ts';
import type { Issue } from '../fhir/index.ts';
import { createValidator } from './index.ts';
import { minimalInstance, sampleOf } from './minimal-instance.fixture.ts';

const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const validator = createValidator(definitions);

/** An instance of a type, and how to put an instance of one of its types into a resource. */
interface Subject {
  readonly type: string;
  readonly path: string;
  wrap(instance: object): object;
}

/** The resource itself, and each backbone element one or two levels down. */
function subjectsOf(resource: string): Subject[] {
  const subjects: Subject[] = [];
  const add = (type: string, path: string, depth: number, wrap: (instance: object) => object): void => {
    subjects.push({ type, path, wrap });
    for (const property of definitions.type(type)?.properties.values() ?? []) {
      if (depth < 2 && property.type.startsWith(`${resource}.`) && property.type !== type) {
        add(property.type, `${path}.${property.element}${property.array ? '[0]' : ''}`, depth + 1, (instance) =>
          wrap(minimalInstance(definitions, type, { [property.name]: property.array ? [instance] : instance })),
        );
      }
    }
  };
  add(resource, resource, 0, (instance) => instance);
  return subjects;
}

function expectIssue(issues: readonly Issue[], expression: string, key: string | RegExp, what: string): void {
  const found = issues.some(
    (i) => i.expression === expression && (typeof key === 'string' ? i.key === key : key.test(i.key ?? '')),
  );
  expect(found, `${what}: need ${key} at ${expression}, found ${JSON.stringify(issues.slice(0, 3))}`).toBe(true);
}

function wrongKind(property: PropertyInfo): unknown {
  if (property.array) {
    return 'not an array';
  }
  return property.primitive ? { not: 'a primitive' } : 'not an object';
}

describe.each(definitions.resourceTypes().map((name) => [name]))('%s', (name) => {
  const subjects = subjectsOf(name);

  test('its smallest instance has the right structure', () => {
    const issues = validator.validate(minimalInstance(definitions, name));
    expect(issues.filter((i) => !i.key?.startsWith('invariant-'))).toEqual([]);
  });

  test('refuses an unknown element, a missing one, a wrong kind and a bad code, each where it is', () => {
    for (const { type, path, wrap } of subjects) {
      const instance = minimalInstance(definitions, type);
      expectIssue(validator.validate(wrap({ ...instance, zzz: 1 })), `${path}.zzz`, 'structure-unknown-element', type);
      for (const variants of definitions.type(type)?.elements.values() ?? []) {
        const [first] = variants as [PropertyInfo];
        if (first.min > 0) {
          const { [first.name]: _, ...without } = instance;
          expectIssue(
            validator.validate(wrap(without)),
            `${path}.${first.element}`,
            'structure-missing',
            `${type} without ${first.name}`,
          );
        }
        for (const property of variants) {
          const changed = wrap({ ...withoutChoice(instance, variants), [property.name]: wrongKind(property) });
          const at = `${path}.${property.element}`;
          expectIssue(
            validator.validate(changed),
            at,
            /^(structure|primitive)/,
            `${type} ${property.name} of a wrong kind`,
          );
          if (
            property.primitive &&
            property.type === 'code' &&
            property.binding?.strength === 'required' &&
            definitions.codeSet(property.binding.valueSet)
          ) {
            const bogus = wrap({ ...instance, [property.name]: property.array ? ['bogus-code'] : 'bogus-code' });
            expectIssue(
              validator.validate(bogus),
              property.array ? `${at}[0]` : at,
              'code-not-in-value-set',
              `${type} ${property.name}`,
            );
          }
        }
      }
    }
  });

  test('accepts a value of the right kind in every element', () => {
    for (const { type, path, wrap } of subjects) {
      const instance = minimalInstance(definitions, type);
      for (const variants of definitions.type(type)?.elements.values() ?? []) {
        for (const property of variants) {
          if (property.name === 'contained') {
            continue;
          }
          const value = sampleOf(definitions, property);
          const given = wrap({
            ...withoutChoice(instance, variants),
            [property.name]: property.array ? [value] : value,
          });
          const issues = validator.validate(given).filter((i) => !i.key?.startsWith('invariant-'));
          expect(issues, `${path}.${property.name}`).toEqual([]);
        }
      }
    }
  });
});

function withoutChoice(instance: Record<string, unknown>, variants: readonly PropertyInfo[]): Record<string, unknown> {
  const names = new Set(variants.map((v) => v.name));
  return Object.fromEntries(Object.entries(instance).filter(([key]) => !names.has(key)));
}
