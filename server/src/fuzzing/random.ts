/** A repeatable source of chance: the same seed gives the same run. */
export interface Random {
  /** A whole number from 0 up to, not including, `below`. */
  int(below: number): number;
  pick<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Mulberry32: small, fast, good enough to choose bad requests. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    int: (below) => Math.floor(next() * below),
    pick: (list) => list[Math.floor(next() * list.length)] as (typeof list)[number],
    chance: (probability) => next() < probability,
  };
}

/** The same things in an order out of the hat. */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const result = [...list];
  for (let at = result.length - 1; at > 0; at--) {
    const other = random.int(at + 1);
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}

/** Strings that have broken servers before. */
export const NASTY: readonly string[] = [
  '',
  ' ',
  '\t\r\n',
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e400',
  '-1e400',
  '0x1F',
  '1e-400',
  '9'.repeat(400),
  `0.${'1'.repeat(300)}`,
  '9007199254740993',
  '99999999999999999999999999999999',
  '\u0000',
  'a\u0000b',
  '\ufeff',
  '\ud800',
  'x\udfffy',
  '\u202eabc',
  'é'.repeat(500),
  '👩‍👩‍👧‍👦'.repeat(50),
  'ı',
  'İ',
  "'",
  "''; DROP TABLE resource; --",
  "' OR '1'='1",
  '" OR ""="',
  '\\',
  '\\\\,\\|\\$',
  '%',
  '%%',
  '_%_',
  '%s%n',
  '$1',
  '$$',
  '$\u007b7*7}',
  '{{7*7}}',
  '`id`',
  '$(id)',
  '../../../../etc/passwd',
  '<script>alert(1)</script>',
  '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
  '=1+1',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '|',
  '||',
  '|||',
  ',',
  ',,,,',
  '$',
  'a$b$c$d',
  '/',
  'Patient/',
  '/Patient',
  'Patient/x/_history/',
  'Patient/x/_history/9999999999999',
  'urn:uuid:',
  'http://',
  'http://[::1',
  'https://example.org/fhir/Patient/1',
  '2026-02-30',
  '2026-13',
  '0000',
  '0000-00-00',
  '9999-12-31T23:59:60Z',
  '2026-01-01T25:00:00Z',
  '2026-01-01T00:00:00+99:99',
  '-271821-04-20',
  '+275760-09-13',
  'gt',
  'ge2026-02-31',
  'sa',
  'eb0000',
  'ap1e308',
  'ne1e-308',
  'lt-1e308|http://unitsofmeasure.org|mg',
  '5||',
  '5|http://unitsofmeasure.org|[[[',
  '(',
  ')',
  '(((((((((((((((((((',
  '[a-',
  '.*',
  '(a+)+$',
  'true',
  'TRUE',
  '-1',
  '1.5',
  'a'.repeat(5_000),
];
