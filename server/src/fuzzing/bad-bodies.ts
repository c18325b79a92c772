import { brotliCompressSync, gzipSync } from 'node:zlib';
import { BASE, type BadRequest, badBody, JSON_HEADERS } from './bad-request.ts';
import { NASTY, type Random } from './random.ts';

const VALID = '{"resourceType":"Patient","name":[{"family":"Fuzz","given":["A","B"]}],"birthDate":"1980-01-01"}';
const BOMB_BYTES = 80 * 1024 * 1024;

function nested(open: string, close: string, depth: number): string {
  return `{"resourceType":"Patient","extension":${open.repeat(depth)}1${close.repeat(depth)}}`;
}

function withFamily(json: string): string {
  return `{"resourceType":"Patient","name":[{"family":${json}}]}`;
}

/** Text that is no JSON, or JSON that is no resource. */
const BROKEN: readonly string[] = [
  '{',
  '}',
  '[',
  '[]',
  '""',
  '"Patient"',
  'null',
  'true',
  '0',
  '1e400',
  'NaN',
  '{}',
  '{"resourceType":null}',
  '{"resourceType":5}',
  '{"resourceType":["Patient"]}',
  '{"resourceType":{"a":1}}',
  '{"resourceType":"patient"}',
  '{"resourceType":"Observation"}',
  '{"resourceType":"__proto__"}',
  '{"resourceType":"constructor"}',
  '{"resourceType":"Patient","resourceType":"Observation"}',
  '{"resourceType":"Patient","__proto__":{"admin":true}}',
  '{"resourceType":"Patient","constructor":{"prototype":{"admin":true}}}',
  '{"resourceType":"Patient","toString":"x"}',
  '{"resourceType":"Patient","name":[{"__proto__":{"a":1}}]}',
  '{"resourceType":"Patient","gender":"male","gender":5}',
  '{"resourceType":"Patient","_gender":5}',
  '{"resourceType":"Patient","_gender":[{}]}',
  '{"resourceType":"Patient","name":[null]}',
  '{"resourceType":"Patient","name":[{"given":[null]}]}',
  '{"resourceType":"Patient","name":[{"given":["a"],"_given":[{"id":"1"},{"id":"2"},{"id":"3"}]}]}',
  '{"resourceType":"Patient","multipleBirthInteger":1e400}',
  '{"resourceType":"Patient","multipleBirthInteger":99999999999999}',
  '{"resourceType":"Patient","contained":[{"resourceType":"Patient","contained":[{"resourceType":"Patient"}]}]}',
  '{"resourceType":"Patient","contained":["x"]}',
  '{"resourceType":"Patient","contained":[{}]}',
  '{"resourceType":"Patient","extension":[{"url":5}]}',
  '{"resourceType":"Patient","extension":[{"valueString":"x"}]}',
  '{"resourceType":"Patient","extension":[{"url":"urn:x","valueString":"x","valueInteger":1}]}',
  '{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2026"}',
  '{"resourceType":"Patient","managingOrganization":{"reference":5}}',
  '{"resourceType":"Patient","text":{"status":"generated","div":5}}',
  '\ufeff\ufeff{"resourceType":"Patient"}',
  withFamily('"\\ud800"'),
  withFamily('"a\\udfffb"'),
  withFamily('"\\u0000"'),
  withFamily('"a\u0000b"'),
  withFamily('"\t"'),
  withFamily('"\\x41"'),
  withFamily("'x'"),
  withFamily('1e400'),
  withFamily('""'),
  withFamily('"   "'),
  '{"resourceType":"Patient","meta":{"lastUpdated":"never"}}',
  '{"resourceType":"Patient","meta":"x"}',
  '{"resourceType":"Patient","meta":{"profile":[5]}}',
];

/** A valid body cut short, or with one byte turned into something that breaks it. */
function damaged(random: Random): Uint8Array | string {
  if (random.chance(0.5)) {
    return VALID.slice(0, 1 + random.int(VALID.length - 2));
  }
  const bytes = Buffer.from(VALID);
  bytes[random.int(bytes.length)] = random.pick([0, 1, 0x0a, 0x22, 0x80]);
  bytes[bytes.length - 1] = random.pick([0xff, 0x00, 0x2c, 0x5d]);
  return bytes;
}

/** Bodies of every broken kind for creates and updates, and `count` damaged ones. */
export function badBodies(random: Random, count: number): BadRequest[] {
  const depths = [129, 500, 5_000, 100_000];
  const fixed = [
    ...BROKEN,
    ...depths.map((depth) => nested('[', ']', depth)),
    ...depths.map((depth) => nested('{"a":', '}', depth)),
    '['.repeat(200_000),
    '{"a":'.repeat(50_000),
  ];
  const damage = Array.from({ length: count }, () => badBody('damaged body', 'POST', 'Patient', damaged(random)));
  return [
    ...fixed.map((body) => badBody('broken body', 'POST', 'Patient', body)),
    ...fixed.map((body) => badBody('broken body', 'PUT', 'Patient/fuzz-1', body)),
    ...damage,
    ...unknownElements(),
    ...bombs(),
    ...wrongMedia(),
  ];
}

function unknownElements(): BadRequest[] {
  return NASTY.filter((name) => name !== '' && !name.includes('\ud800') && !name.includes('\udfff')).map((name) =>
    badBody('unknown element', 'POST', 'Patient', `{"resourceType":"Patient",${JSON.stringify(name)}:"x"}`),
  );
}

/** Small on the wire, large when inflated. */
function bombs(): BadRequest[] {
  const zeros = Buffer.alloc(BOMB_BYTES, 0x20);
  const bomb = (encoding: string, body: Uint8Array): BadRequest => ({
    ...badBody(`${encoding} bomb`, 'POST', 'Patient', body),
    headers: { ...JSON_HEADERS, 'content-encoding': encoding },
  });
  const small = Buffer.from(VALID);
  return [
    bomb('gzip', gzipSync(zeros)),
    bomb('br', brotliCompressSync(zeros, { params: {} })),
    bomb('gzip', small),
    bomb('br', small),
    bomb('deflate', small),
    bomb('gzip', gzipSync(small).subarray(0, 40)),
    bomb('compress', small),
    bomb('gzip, gzip', gzipSync(gzipSync(small))),
    bomb('__proto__', small),
  ];
}

function wrongMedia(): BadRequest[] {
  const types = [
    'application/xml',
    'application/fhir+xml',
    'text/turtle',
    'text/csv',
    'image/png',
    'x',
    ';',
    '/',
    'a/b/c',
  ];
  return types.map((type) => ({
    kind: 'content type',
    method: 'POST',
    path: `${BASE}/Patient`,
    headers: { 'content-type': type },
    body: VALID,
    refused: true,
  }));
}
