// https://hl7.org/fhir/R4/graphql.html
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../definitions/index.ts';
import { checkDocument } from './graphql-check.ts';
import { parseDocument } from './graphql-document.ts';

const definitions = loadDefinitions(mkdtempSync(join(tmpdir(), 'mindbridge-graphql-')));
const limits = { maxDepth: 6, maxFields: 40, maxSearches: 5, maxLength: 5000 };
const check = (text: string) => checkDocument(parseDocument(text, limits), definitions, limits);

describe('checkDocument', () => {
  it('accepts reads, lists, connections, references and reverse lists', () => {
    check(
      '{ Patient(id: "1") { id name { family given } ObservationList(_reference: subject) { code { text } valueQuantity { value } } } }',
    );
    check('{ PatientConnection(name: "x") { count edges { resource { id } } } }');
    check('{ ObservationList { subject { reference resource { __typename ... on Patient { birthDate } } } } }');
    check('mutation { PatientCreate(res: {resourceType: "Patient"}) { id } }');
  });

  it('names an unknown field and its type', () => {
    expect(() => check('{ Patient(id: "1") { nam { family } } }')).toThrow(
      'Cannot query field "nam" on type "Patient"',
    );
    expect(() => check('{ Patient(id: "1") { name { famly } } }')).toThrow('"famly" on type "HumanName"');
    expect(() => check('{ DragonList { id } }')).toThrow('"DragonList" on type "Query"');
    expect(() => check('{ PatientCreate(res: {}) { id } }')).toThrow('on type "Query"');
  });

  it('wants subfields where there are some, and none where there are none', () => {
    expect(() => check('{ Patient(id: "1") { name } }')).toThrow('needs a selection');
    expect(() => check('{ Patient(id: "1") { birthDate { x } } }')).toThrow('has no subfields');
  });

  it('refuses depth, breadth, introspection and fragments that contain themselves', () => {
    expect(() =>
      check('{ ObservationList { subject { resource { ... on Patient { link { other { resource { id } } } } } } } }'),
    ).toThrow('deeper');
    expect(() =>
      check(`{ ${Array.from({ length: 50 }, (_, i) => `a${i}: Patient(id: "1") { id }`).join(' ')} }`),
    ).toThrow('more than 40');
    expect(() => check('{ __schema { types { name } } }')).toThrow('Introspection');
    expect(() => check('{ Patient(id: "1") { ...a } } fragment a on Patient { id ...a }')).toThrow('contains itself');
  });
});
