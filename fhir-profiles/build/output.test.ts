import { describe, expect, it } from 'vitest';
import { camelCase, canonicalsSource } from './canonicals-source.ts';
import { compile, sushiPath } from './compile.ts';
import { isCurrent, outputFiles, staleFiles } from './output.ts';

describe('canonicals.ts', () => {
  it('names ids in camel case, digits included', () => {
    expect(camelCase('phq-9-item-9')).toBe('phq9Item9');
  });

  it('lists URLs by kind and codes as codings, and leaves out the fragments of other code systems', () => {
    const source = canonicalsSource([
      {
        resourceType: 'CodeSystem',
        id: 'a-b',
        url: 'https://mindbridge.health/fhir/CodeSystem/a-b',
        concept: [{ code: "it's" }],
      },
      { resourceType: 'CodeSystem', id: 'foreign', url: 'http://terminology.hl7.org/CodeSystem/foreign' },
    ]);
    expect(source).toContain("aB: 'https://mindbridge.health/fhir/CodeSystem/a-b'");
    expect(source).toContain("code: 'it\\'s'");
    expect(source).not.toContain('foreign');
  });
});

describe('the committed output', () => {
  it('belongs to the present sources', () => {
    expect(isCurrent()).toBe(true);
  });

  it.skipIf(!sushiPath())('equals what SUSHI compiles', { timeout: 240_000 }, async () => {
    expect(staleFiles(outputFiles(await compile()))).toEqual([]);
  });
});
