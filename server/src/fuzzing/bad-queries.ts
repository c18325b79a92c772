import { BASE, type BadRequest, oddRead } from './bad-request.ts';
import { NASTY, type Random } from './random.ts';

/** A resource type with its search parameters. */
export interface SearchShape {
  readonly type: string;
  readonly parameters: readonly string[];
}

const MODIFIERS = [
  'exact',
  'contains',
  'missing',
  'not',
  'text',
  'above',
  'below',
  'in',
  'not-in',
  'of-type',
  'identifier',
  'iterate',
  'Patient',
  'Patient.name',
  'nonsense',
  '__proto__',
  '',
  ':',
  'exact:exact',
];
const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap', 'zz'];
const CHAINS = [
  '.name',
  '.subject.name',
  '.a.b.c.d.e.f',
  '.',
  '..',
  ':Patient.name',
  ':Patient.general-practitioner.name',
];

const RESULT = [
  '_count=1e9',
  '_count=-1',
  '_count=0',
  '_count=x',
  '_count=99999999999999999999',
  '_count=',
  '_offset=-1',
  '_offset=999999999',
  '_sort=nonsense',
  '_sort=',
  '_sort=-',
  '_sort=--date',
  '_sort=_id,,',
  '_sort=%00',
  '_summary=nonsense',
  '_summary=true&_summary=count',
  '_elements=',
  '_elements=__proto__',
  '_elements=a.b.c',
  '_total=nonsense',
  '_include=*',
  '_include=*:*',
  '_include=:',
  '_include=Patient',
  '_include=Patient:nonsense',
  '_include:iterate=Patient:link',
  '_revinclude=*',
  '_revinclude=Observation',
  '_revinclude=__proto__:a',
  '_has=',
  '_has:Observation:patient:code=x',
  '_has:Observation=x',
  '_has:::=x',
  '_has:X:y:z=1',
  '_has:Observation:patient:_has:Observation:patient:_has:Observation:patient:_has:A:b:c=1',
  '_cursor=x',
  '_cursor=',
  '_cursor=eyJhIjoxfQ',
  '_cursor=%00',
  '_type=Patient,Nonsense',
  '_type=',
  '_list=x',
  '_list=%24current',
  '_asOf=never',
  '_asOf=9999-99-99',
  '_contained=maybe',
  '_containedType=x',
  '_query=x',
  '_text=%22',
  '_content=%28%28',
  '_lastUpdated=gt',
  '_id=',
  '_id=%00',
  '_security=|',
  '_profile=|',
  '_tag:missing=maybe',
  '_format=xml',
  '_format=',
  '_pretty=maybe',
  '__proto__=x',
  'constructor=x',
  '=x',
  '&&&',
  '%=x',
  '%zz=%zz',
  'a[b]=c',
  ':exact=x',
  '.=x',
];

const FILTERS = [
  'name eq "x"',
  'name eq',
  'eq',
  '(',
  '((((',
  ')',
  'name eq "x" and',
  'not',
  'not (',
  'name eq "x" or or name eq "y"',
  'name zz "x"',
  'birthdate gt 2026-02-30',
  'a.b.c.d.e.f.g eq 1',
  'name co "\\',
  '"',
  'name[',
  'name[a eq 1',
  '__proto__ eq 1',
];

function value(random: Random): string {
  const text = `${random.pick(PREFIXES)}${random.pick(NASTY)}`;
  return random.chance(0.1) ? text.replaceAll(/[^\w.-]/g, '%') : encodeURIComponent(text.toWellFormed());
}

/** Each search parameter of a type with a value out of the hat, under a modifier or a chain out of the hat. */
export function badParameters(random: Random, { type, parameters }: SearchShape, times: number): BadRequest[] {
  const request = (code: string): BadRequest => {
    const tail = random.chance(0.25) ? random.pick(CHAINS) : random.chance(0.6) ? `:${random.pick(MODIFIERS)}` : '';
    return oddRead('search parameter', `${BASE}/${type}?${encodeURIComponent(code)}${tail}=${value(random)}`);
  };
  return parameters.flatMap((code) => Array.from({ length: times }, () => request(code)));
}

function tooMuch(): BadRequest[] {
  const list = (length: number): string => Array.from({ length }, (_, i) => `v${i}`).join(',');
  const deep = (depth: number): string => `${'('.repeat(depth)}name eq x${')'.repeat(depth)}`;
  const includes = Array.from({ length: 40 }, () => '_include=Observation:subject').join('&');
  return [
    ...[501, 2_000].map((n) => ({ ...oddRead('too many values', `${BASE}/Patient?name=${list(n)}`), refused: true })),
    ...[501, 2_000].map((n) => oddRead('too many ids', `${BASE}/Patient?_id=${list(n)}`)),
    ...[20, 500, 4_000].map((n) => oddRead('deep filter', `${BASE}/Patient?_filter=${encodeURIComponent(deep(n))}`)),
    ...[2_000, 20_000].map((n) => oddRead('long value', `${BASE}/Patient?name=${'a'.repeat(n)}`)),
    ...[2_000, 20_000].map((n) => oddRead('long name', `${BASE}/Patient?${'a'.repeat(n)}=1`)),
    oddRead('many includes', `${BASE}/Observation?${includes}`),
    oddRead('many parameters', `${BASE}/Patient?${Array.from({ length: 900 }, (_, i) => `name=a${i}`).join('&')}`),
    oddRead('many sorts', `${BASE}/Patient?_sort=${Array.from({ length: 200 }, () => 'birthdate').join(',')}`),
  ];
}

/** Result parameters, `_filter`, and searches that ask too much, on types out of the hat and by GET and POST. */
export function badSearches(random: Random, types: readonly string[], count: number): BadRequest[] {
  const one = (): BadRequest => {
    const type = random.pick(types);
    const query = random.chance(0.25)
      ? `_filter=${encodeURIComponent(random.pick(FILTERS))}`
      : `${random.pick(RESULT)}&${random.pick(RESULT)}`;
    if (random.chance(0.3)) {
      return {
        kind: 'search by POST',
        method: 'POST',
        path: `${BASE}/${type}/_search`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: query,
        refused: false,
      };
    }
    return oddRead('result parameter', random.chance(0.1) ? `${BASE}?${query}` : `${BASE}/${type}?${query}`);
  };
  return [...tooMuch(), ...Array.from({ length: count }, one)];
}
