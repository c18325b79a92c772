// https://hl7.org/fhir/R4/graphql.html
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildClientSchema,
  type FieldNode,
  getIntrospectionQuery,
  type IntrospectionSchema,
  parse,
  validate,
  validateSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../definitions/index.ts';
import { checkDocument } from './graphql-check.ts';
import { chosenOperation, parseDocument } from './graphql-document.ts';
import { showTypes } from './show-types.ts';

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

  it('refuses depth, breadth, many searches, nested introspection and fragments that contain themselves', () => {
    expect(() =>
      check('{ ObservationList { subject { resource { ... on Patient { link { other { resource { id } } } } } } } }'),
    ).toThrow('deeper');
    expect(() =>
      check(`{ ${Array.from({ length: 50 }, (_, i) => `a${i}: Patient(id: "1") { id }`).join(' ')} }`),
    ).toThrow('more than 40');
    expect(() => check('{ __schema { types { fields { type { fields { name } } } } } }')).toThrow('at most 1');
    const lists = Array.from({ length: 6 }, (_, i) => `a${i}: PatientList(name: "x") { id }`);
    expect(() => check(`{ ${lists.join(' ')} }`)).toThrow('more than 5 searches');
    expect(() => check('{ Patient(id: "1") { ...a } } fragment a on Patient { id ...a }')).toThrow('contains itself');
  });

  it('names an argument that is missing or unknown, and a directive that means nothing', () => {
    expect(() => check('{ Patient { id } }')).toThrow('needs the argument "id"');
    expect(() => check('{ Patient(id: "1") { name(fhirpath: "use") { family } } }')).toThrow('"fhirpath"');
    expect(() => check('{ Patient(id: "1") { id @live } }')).toThrow('"@live"');
  });

  it('checks a document about one resource by its type', () => {
    const ofPatient = (text: string) => checkDocument(parseDocument(text, limits), definitions, limits, 'Patient');
    ofPatient('{ id name { family } __typename }');
    expect(() => ofPatient('{ Patient(id: "1") { id } }')).toThrow('on type "Patient"');
    expect(() => ofPatient('mutation { PatientDelete(id: "1") }')).toThrow('of the system');
  });
});

describe('showTypes', () => {
  const wide = { maxDepth: 10, maxFields: 1000, maxSearches: 5, maxLength: 20_000 };
  const ask = async (text: string) => {
    const document = parseDocument(text, wide);
    checkDocument(document, definitions, wide);
    const [node] = chosenOperation(document, undefined).selectionSet.selections as readonly FieldNode[];
    return showTypes(node as FieldNode, { definitions, document, variables: {} });
  };

  it('shows GraphiQL a schema that is valid and that fits what is served', async () => {
    const __schema = (await ask(getIntrospectionQuery())) as unknown as IntrospectionSchema;
    const schema = buildClientSchema({ __schema });
    expect(validateSchema(schema)).toEqual([]);
    const text =
      '{ PatientList(name: "x") { name(use: "official") { family } ObservationList(_reference: "subject") { id } } }';
    expect(validate(schema, parse(text))).toEqual([]);
    check(text);
    expect(validate(schema, parse('{ PatientList { nam } }'))).toHaveLength(1);
  });

  it('shows one type', async () => {
    expect(await ask('{ __type(name: "Patient_contact") { kind fields { name } } }')).toMatchObject({
      kind: 'OBJECT',
      fields: expect.arrayContaining([{ name: 'relationship' }]),
    });
    expect(await ask('{ __type(name: "Dragon") { kind } }')).toBeNull();
  });
});
