// Types, search parameters and compartments of https://hl7.org/fhir/R4/, read through the prepared cache.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StructureDefinition } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Definitions, loadDefinitions } from './index.ts';

describe('loadDefinitions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'definitions-'));
  let built: Definitions;
  let cached: Definitions;

  beforeAll(() => {
    built = loadDefinitions(folder);
    cached = loadDefinitions(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('knows every resource type of R4 and those of Medplum', () => {
    for (const name of ['Patient', 'Observation', 'VisionPrescription', 'Project', 'Bot', 'ViewDefinition']) {
      expect(cached.isResourceType(name), name).toBe(true);
    }
    for (const name of ['Resource', 'DomainResource', 'HumanName', 'constructor', '__proto__', 'Nonsense']) {
      expect(cached.isResourceType(name), name).toBe(false);
    }
    expect(cached.resourceTypes()).toEqual(built.resourceTypes());
    expect(cached.resourceTypes().length).toBeGreaterThan(165);
  });

  test('expands choice elements to their JSON properties', () => {
    const observation = cached.type('Observation');
    expect(observation?.properties.get('valueQuantity')).toMatchObject({
      choice: 'value',
      type: 'Quantity',
      array: false,
    });
    expect(observation?.properties.has('value')).toBe(false);
    expect(observation?.elements.get('value')?.length).toBe(11);
  });

  test('gives cardinality, targets, binding and content references', () => {
    const observation = cached.type('Observation');
    expect(observation?.properties.get('status')).toMatchObject({
      min: 1,
      primitive: true,
      binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/observation-status' },
    });
    expect(observation?.properties.get('subject')?.targets).toEqual(['Patient', 'Group', 'Device', 'Location']);
    expect(observation?.properties.get('category')).toMatchObject({ array: true, max: -1 });
    expect(cached.type('Observation.component')?.properties.get('referenceRange')?.type).toBe(
      'Observation.referenceRange',
    );
    expect(cached.type('Patient')?.properties.get('id')?.type).toBe('id');
    expect(cached.type('HumanName')?.properties.get('id')?.type).toBe('string');
  });

  test('gives invariants where the specification states them', () => {
    expect(cached.type('Patient.contact')?.invariants.map((i) => i.key)).toEqual(['pat-1']);
    expect(cached.type('Observation')?.invariants.map((i) => i.key)).toContain('obs-6');
  });

  test('resolves the codes of required bindings', () => {
    expect(cached.codeSet('http://hl7.org/fhir/ValueSet/administrative-gender')).toEqual(
      new Map([['http://hl7.org/fhir/administrative-gender', new Set(['male', 'female', 'other', 'unknown'])]]),
    );
    expect(cached.codeSet('http://hl7.org/fhir/ValueSet/mimetypes')).toBeUndefined();
  });

  test('answers nothing for a name that is not a type', () => {
    for (const name of ['', 'nope', 'Patient.nope', '__proto__', 'toString']) {
      expect(cached.type(name), name).toBeUndefined();
    }
  });

  test('finds a definition by URL, with or without version, and by name', () => {
    const url = 'http://hl7.org/fhir/StructureDefinition/Patient';
    expect(cached.resource<StructureDefinition>('StructureDefinition', `${url}|4.0.1`)?.type).toBe('Patient');
    expect(cached.resourceByName<StructureDefinition>('StructureDefinition', 'Patient')?.url).toBe(url);
    expect(cached.resource('StructureDefinition', 'http://example.org/none')).toBeUndefined();
    expect(cached.urls('ValueSet').length).toBeGreaterThan(1200);
  });

  test('lists search parameters and compartments', () => {
    const codes = cached
      .searchParameters()
      .filter((p) => p.base.includes('Patient'))
      .map((p) => p.code);
    expect(codes).toEqual(expect.arrayContaining(['name', 'birthdate', 'gender', 'general-practitioner']));
    expect(cached.compartment('Patient').get('Observation')).toEqual(['subject', 'performer']);
    expect(cached.compartment('Practitioner').size).toBeGreaterThan(50);
    expect(cached.compartment('Nonsense').size).toBe(0);
  });

  test('holds Tasks in the patient compartment, by the patient they are for', () => {
    expect(loadDefinitions(folder).compartment('Patient').get('Task')).toContain('patient');
  });

  test('lets extra definitions replace base ones, in a cache of their own', () => {
    const extra: StructureDefinition = {
      resourceType: 'StructureDefinition',
      id: 'x',
      url: 'https://example.org/StructureDefinition/x',
      name: 'X',
      status: 'draft',
      kind: 'complex-type',
      abstract: false,
      type: 'Extension',
      derivation: 'constraint',
    };
    const own = loadDefinitions(folder, [extra]);
    expect(own.version).not.toBe(cached.version);
    expect(own.resource('StructureDefinition', extra.url)?.id).toBe('x');
    expect(cached.resource('StructureDefinition', extra.url)).toBeUndefined();
  });
});
