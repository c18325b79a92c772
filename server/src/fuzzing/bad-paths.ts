import { BASE, type BadRequest, JSON_HEADERS, oddRead } from './bad-request.ts';
import { NASTY, type Random } from './random.ts';

const SEGMENTS = [
  'Patient',
  'patient',
  'Observation',
  'Binary',
  'Nonsense',
  '__proto__',
  'constructor',
  'toString',
  '*',
  '..',
  '.',
  '%2e%2e',
  '%2f',
  '%5c',
  '%00',
  '%zz',
  '%',
  '%c0%af',
  '%ed%a0%80',
  '%ff',
  'x',
  '1',
  'a'.repeat(65),
  'a'.repeat(3_000),
  '_history',
  '_search',
  '$everything',
  '$graphql',
  '$',
  '$$',
  '$nonsense',
  '$__proto__',
  'metadata',
  '_',
  '-',
  '0',
  ';',
  '@',
  ':id',
  '~',
  'http:%2f%2fexample.org',
  '_history%2f1',
  '1%0d%0aX-Bad:1',
  '🙂',
];
const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'DELETE', 'PUT', 'PATCH', 'POST', 'OPTIONS', 'PROPFIND', 'TRACE'];

/** What cannot stand in a request line is percent-encoded; everything else stays as odd as it is. */
function onTheWire(segment: string): string {
  return segment.toWellFormed().replaceAll(/[^\u0021-\u007e]/gu, (character) => encodeURIComponent(character));
}

/** Paths of parts out of the hat, with any method. */
export function badPaths(random: Random, count: number): BadRequest[] {
  return Array.from({ length: count }, () => {
    const parts = Array.from({ length: 1 + random.int(4) }, () =>
      onTheWire(random.chance(0.8) ? random.pick(SEGMENTS) : random.pick(NASTY).replaceAll(/[?#]/g, '')),
    );
    const method = random.pick(METHODS);
    const body = ['PUT', 'PATCH', 'POST'].includes(method) ? { headers: JSON_HEADERS, body: '{"resourceType":5}' } : {};
    return { kind: 'path', method, path: `${BASE}/${parts.join('/')}`, refused: false, ...body };
  });
}

const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['if-match', ['W/""', 'W/"x"', '"1', '*', 'W/"99999999999999999999"', 'W/"-1"', 'W/"1", W/"2"', '1;DROP']],
  ['if-none-match', ['*', 'x', 'W/"', 'W/"1e9"']],
  ['if-modified-since', ['never', 'Thu, 99 Foo 9999 99:99:99 GMT', '0', '-1']],
  ['if-none-exist', ['', '=', 'nonsense=1', '_count=1', 'name', '%zz=%zz']],
  ['prefer', ['return=nonsense', 'handling=maybe', 'respond-async; wait=-1', ';;;', '=']],
  ['accept', ['application/fhir+xml', 'x', '*', ';q=1', 'a'.repeat(4_000)]],
  ['range', ['bytes=-', 'bytes=9-1', 'bytes=x-y', 'lines=1-2', 'bytes=0-0,1-1,2-2', `bytes=${'9'.repeat(40)}-`]],
  ['authorization', ['Bearer', 'Bearer x', 'Basic', 'Basic !!!!', 'Basic OjA=', 'Digest x', 'Bearer a.b.c', '\u00ff']],
  ['x-medplum', ['extended', 'nonsense']],
  ['x-forwarded-for', ['::::', '1.2.3.4.5', 'a, b, c']],
  ['origin', ['null', 'http://', 'x']],
  ['traceparent', ['00-0-0-00', 'x']],
  ['cookie', ['a=b; __proto__=c', ';;;;', '=']],
  ['host', ['', 'a b', 'x:99999', '[::1']],
];

/** Headers that say nothing sensible, on reads and on writes that are wrong by themselves. */
export function badHeaders(random: Random, count: number): BadRequest[] {
  return Array.from({ length: count }, () => {
    const [name, values] = random.pick(HEADERS);
    const headers = { [name]: random.pick(values) };
    if (random.chance(0.5)) {
      return oddRead(
        `header ${name}`,
        `${BASE}/${random.pick(['Patient', 'Patient/x', 'Binary/x', 'metadata'])}`,
        headers,
      );
    }
    const method = random.pick(['PUT', 'PATCH', 'DELETE', 'POST']);
    const path = method === 'POST' ? `${BASE}/Patient` : `${BASE}/Patient/fuzz-nobody`;
    const body = '{"resourceType":"Patient","gender":"bogus"}';
    return {
      kind: `header ${name}`,
      method,
      path,
      headers: { ...JSON_HEADERS, ...headers },
      ...(method !== 'DELETE' && { body }),
      refused: method !== 'DELETE',
    };
  });
}
