import { BASE, type BadRequest, JSON_HEADERS } from './bad-request.ts';
import { NASTY, type Random } from './random.ts';

/** Where an operation stands, as the CapabilityStatement says it; on the system when it names no type. */
export interface OperationShape {
  readonly name: string;
  readonly type?: string;
}

function pathOf(random: Random, { name, type }: OperationShape): string {
  return type === undefined ? name : random.pick([`${type}/${name}`, `${type}/fuzz-nobody/${name}`]);
}

function parameters(random: Random): string {
  const names = [
    'name',
    'url',
    'code',
    'system',
    'resource',
    'patient',
    'input',
    'mode',
    '__proto__',
    '',
    'start',
    '_type',
  ];
  const types = ['String', 'Uri', 'Code', 'Coding', 'Reference', 'Nonsense', 'Boolean', 'Date'];
  const parameter = Array.from({ length: random.int(4) }, () => ({
    name: random.pick(names),
    [`value${random.pick(types)}`]: random.pick<unknown>([...NASTY.slice(0, 40), 5, null, {}, [], true]),
    ...(random.chance(0.2) && { part: random.pick<unknown>([5, [null], [{}], 'x']) }),
    ...(random.chance(0.2) && { resource: random.pick<unknown>([5, {}, { resourceType: 'Patient', name: 5 }]) }),
  }));
  return JSON.stringify({ resourceType: 'Parameters', parameter }).toWellFormed();
}

const BODIES = [
  '',
  '{',
  '[]',
  'null',
  '5',
  '"x"',
  '{}',
  '{"resourceType":"Parameters","parameter":5}',
  '{"resourceType":"Parameters","parameter":[null]}',
  '{"resourceType":"Parameters","parameter":[[]]}',
  '{"resourceType":"Patient"}',
  '{"resourceType":"Patient","contained":[{"resourceType":"Patient","contained":[]}]}',
];

/** Each operation that is mounted, with bodies and parameters out of the hat. Some may be taken. */
export function badOperations(random: Random, operations: readonly OperationShape[], times: number): BadRequest[] {
  const one = (operation: OperationShape): BadRequest => {
    const method = random.pick(['POST', 'POST', 'GET', 'DELETE']);
    const query = random.chance(0.5)
      ? `?${random.pick(['url', 'code', '_type', '_since', '_count', 'patient', 'x'])}=${encodeURIComponent(random.pick(NASTY).toWellFormed())}`
      : '';
    const path = `${BASE}/${pathOf(random, operation)}${query}`;
    const body = random.chance(0.5) ? random.pick(BODIES) : parameters(random);
    const hasBody = method !== 'GET' && body !== '';
    return {
      kind: `operation ${operation.name}`,
      method,
      path,
      refused: false,
      ...(hasBody && { headers: JSON_HEADERS, body }),
    };
  };
  return operations.flatMap((operation) => Array.from({ length: times }, () => one(operation)));
}

const PATCHES: readonly unknown[] = [
  5,
  'x',
  null,
  {},
  [null],
  [5],
  [[]],
  [{}],
  [{ op: 'add' }],
  [{ op: 'nonsense', path: '/a', value: 1 }],
  [{ op: 'add', path: 5, value: 1 }],
  [{ op: 'add', path: '/__proto__/x', value: 1 }],
  [{ op: 'add', path: '/constructor/prototype/x', value: 1 }],
  [{ op: 'add', path: 'gender', value: 'male' }],
  [{ op: 'replace', path: '', value: 5 }],
  [{ op: 'replace', path: '/name/99999999999/family', value: 'x' }],
  [{ op: 'remove', path: '/name/-1' }],
  [{ op: 'move', from: '/name', path: '/name/0/given' }],
  [{ op: 'copy', from: '/nowhere', path: '/gender' }],
  [{ op: 'test', path: '/resourceType', value: 'Observation' }],
  [{ op: 'replace', path: '/resourceType', value: 'Observation' }],
  [{ op: 'add', path: '/~2', value: 1 }],
  [{ op: 'replace', path: '/gender', value: 'bogus' }],
  [{ op: 'add', path: '/contained', value: [{}] }],
  { resourceType: 'Parameters', parameter: 5 },
  { resourceType: 'Parameters', parameter: [{ name: 'operation' }] },
  { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [{ name: 'type', valueCode: 'x' }] }] },
];

/** Patches of a patient that is there; none of them may change it. */
export function badPatches(random: Random, patient: string, count: number): BadRequest[] {
  const types = ['application/json-patch+json', 'application/fhir+json', 'application/json'];
  return Array.from({ length: count }, () => ({
    kind: 'patch',
    method: 'PATCH',
    path: `${BASE}/Patient/${patient}`,
    headers: { 'content-type': random.pick(types) },
    body: JSON.stringify(random.pick(PATCHES)),
    refused: true,
  }));
}

function graphqlDocuments(): string[] {
  const fields = (depth: number): string => `${'{ a '.repeat(depth)}${'}'.repeat(depth)}`;
  const aliases = Array.from({ length: 5_000 }, (_, i) => `p${i}: PatientList { id }`).join(' ');
  return [
    '',
    '{',
    '}',
    '{}',
    '{ nonsense }',
    '{ PatientList }',
    '{ PatientList { nonsense } }',
    '{ PatientList(x: 1) { id } }',
    '{ __proto__ }',
    '{ constructor }',
    '{ Patient(id: {}) { id } }',
    '{ Patient(id: "\\u0000") { id } }',
    'query',
    'mutation { a }',
    'subscription { a }',
    'fragment F on Patient { ...F } { PatientList { ...F } }',
    'fragment A on Patient { ...B } fragment B on Patient { ...A } { PatientList { ...A } }',
    '{ ...Nowhere }',
    '{ PatientList { ... on Nonsense { id } } }',
    'query($a: Nonsense) { PatientList { id } }',
    '{ a @nonsense }',
    '"""',
    '{ PatientList(_count: 1e9) { id } }',
    '{ PatientList(name: "x',
    `{ ${aliases} }`,
    ...[11, 50, 500, 10_000].map(fields),
  ];
}

/** GraphQL that does not parse, does not check, or asks too much. */
export function badGraphql(random: Random, count: number): BadRequest[] {
  const documents = graphqlDocuments();
  const variables: readonly unknown[] = [undefined, null, 5, 'x', [], { a: '\u0000' }, { a: { b: {} } }];
  return Array.from({ length: count }, () => ({
    kind: 'graphql',
    method: 'POST',
    path: `${BASE}/$graphql`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: random.pick<unknown>([...documents, 5, null, {}]),
      variables: random.pick(variables),
    }),
    refused: false,
  }));
}

/** The doors of OAuth, sign-in and administration with nonsense; they speak RFC 6749 or FHIR. */
export function badSignIns(random: Random, count: number): BadRequest[] {
  const doors = [
    '/oauth2/token',
    '/oauth2/introspect',
    '/oauth2/revoke',
    '/oauth2/userinfo',
    '/oauth2/authorize',
    '/auth/profile',
    '/auth/scope',
    '/auth/method',
    '/admin/projects/x/invite',
    '/admin/projects/%00/client',
  ];
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return Array.from({ length: count }, () => {
    const grant = random.pick(['authorization_code', 'client_credentials', 'refresh_token', '', '__proto__', 'x']);
    const fields = `grant_type=${grant}&code=${encodeURIComponent(random.pick(NASTY).toWellFormed())}&client_id=x&client_secret=%00`;
    const isForm = random.chance(0.5);
    return {
      kind: 'sign-in',
      method: 'POST',
      path: random.pick(doors),
      headers: isForm ? form : { 'content-type': 'application/json' },
      body: isForm
        ? fields
        : random.pick(['{', '[]', 'null', '5', '{"email":5}', '{"login":"\\u0000"}', '{"__proto__":{}}']),
      refused: false,
    };
  });
}
