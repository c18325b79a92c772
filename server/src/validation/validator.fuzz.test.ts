// Broken bodies never make the validator throw: each gives issues with a place, a code and a text.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDefinitions } from '../definitions/index.ts';
import { createValidator, sanitize } from './index.ts';
import { minimalInstance, sampleOf } from './minimal-instance.fixture.ts';

const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const validator = createValidator(definitions);

/** A small generator of random numbers with a seed, so that a failure can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

const JUNK: readonly unknown[] = [
  null,
  {},
  [],
  '',
  ' ',
  '\u0000',
  '\ud800',
  0,
  -1,
  1e300,
  true,
  [[]],
  [null],
  [{}],
  { a: 1 },
  { resourceType: 'Patient' },
  { resourceType: 7 },
  '<div><script>',
  'x'.repeat(5000),
  { extension: {} },
  { reference: '#' },
  { reference: {} },
  { coding: [{ code: {} }] },
  JSON.parse('{"__proto__":{"x":1}}'),
  Object.create(null),
];
/** Faults that no type allows. */
const BREAK: readonly ((target: Record<string, unknown>) => void)[] = [
  (target) => Object.defineProperty(target, '__proto__', { value: 1, enumerable: true, configurable: true }),
  (target) => Object.assign(target, { zzz: 1 }),
  (target) => Object.assign(target, { constructor: {} }),
  (target) => Object.assign(target, { extension: [] }),
  (target) => Object.assign(target, { extension: [{ url: 'urn:x' }] }),
  (target) => Object.assign(target, { extension: null }),
  (target) => Object.assign(target, { id: '\u0000' }),
];

test('5,000 broken bodies give issues and nothing else', () => {
  const random = randomFrom(20261124);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const types = definitions.resourceTypes();
  for (let n = 0; n < 5000; n++) {
    const name = pick(types);
    const body = JSON.parse(JSON.stringify(filled(name, random))) as Record<string, unknown>;
    const objects = objectsIn(body);
    for (let i = 0; i < 1 + random() * 4; i++) {
      const target = pick(objects);
      const key = pick([...Object.keys(target), 'extension', '_status', 'contained', 'text']);
      if (key !== 'resourceType') {
        target[key] = pick(JUNK);
      }
    }
    pick(BREAK)(pick([body, ...objectsIn(body)].filter((o) => Object.isExtensible(o))));
    const issues = validator.validate(body);
    expect(issues.length, `#${n} ${name}: ${JSON.stringify(body)?.slice(0, 2000)}`).toBeGreaterThan(0);
    for (const issue of issues) {
      expect(issue.expression).toBeTypeOf('string');
      expect(issue.key).toMatch(/^[a-z0-9-]+$/i);
      expect(issue.text.length).toBeGreaterThan(5);
    }
    expect(() => sanitize(body)).not.toThrow();
  }
});

function filled(name: string, random: () => number): Record<string, unknown> {
  const body = minimalInstance(definitions, name);
  for (const property of definitions.type(name)?.properties.values() ?? []) {
    if (random() < 0.3) {
      const value = sampleOf(definitions, property);
      body[property.name] = property.array ? [value] : value;
    }
  }
  return body;
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const below = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? below : [value as Record<string, unknown>, ...below];
}
