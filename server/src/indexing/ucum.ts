/** A UCUM unit taken apart: a value `v` in it is `v * factor + offset` in the base units of `dimension`. */
export interface CanonicalUnit {
  /** Base units with exponents in order of the alphabet, such as `g1m-3`; `1` without any. */
  readonly dimension: string;
  readonly factor: number;
  readonly offset: number;
}

/** Code system of UCUM. */
export const UCUM = 'http://unitsofmeasure.org';

const PREFIXES: Readonly<Record<string, number>> = {
  Y: 1e24,
  Z: 1e21,
  E: 1e18,
  P: 1e15,
  T: 1e12,
  G: 1e9,
  M: 1e6,
  k: 1e3,
  h: 1e2,
  da: 1e1,
  d: 1e-1,
  c: 1e-2,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
  a: 1e-18,
  z: 1e-21,
  y: 1e-24,
};

type Base = Readonly<Record<string, number>>;

interface UnitRow {
  readonly factor: number;
  readonly base: Base;
  readonly metric?: boolean;
  readonly offset?: number;
}

const GRAVITY = 9.80665;
const INCH = 0.0254;
const POUND = 453.59237;
const pressure: Base = { g: 1, m: -1, s: -2 };
const energy: Base = { g: 1, m: 2, s: -2 };

/** Units by UCUM code; `metric` units take prefixes. @see https://ucum.org/ucum */
const UNITS: Readonly<Record<string, UnitRow>> = {
  m: { factor: 1, base: { m: 1 }, metric: true },
  g: { factor: 1, base: { g: 1 }, metric: true },
  s: { factor: 1, base: { s: 1 }, metric: true },
  K: { factor: 1, base: { K: 1 }, metric: true },
  Cel: { factor: 1, base: { K: 1 }, offset: 273.15 },
  '[degF]': { factor: 5 / 9, base: { K: 1 }, offset: 459.67 * (5 / 9) },
  mol: { factor: 1, base: { mol: 1 }, metric: true },
  eq: { factor: 1, base: { mol: 1 }, metric: true },
  osm: { factor: 1, base: { mol: 1 }, metric: true },
  A: { factor: 1, base: { A: 1 }, metric: true },
  cd: { factor: 1, base: { cd: 1 }, metric: true },
  rad: { factor: 1, base: { rad: 1 }, metric: true },
  deg: { factor: Math.PI / 180, base: { rad: 1 } },
  L: { factor: 1e-3, base: { m: 3 }, metric: true },
  l: { factor: 1e-3, base: { m: 3 }, metric: true },
  min: { factor: 60, base: { s: 1 } },
  h: { factor: 3600, base: { s: 1 } },
  d: { factor: 86_400, base: { s: 1 } },
  wk: { factor: 604_800, base: { s: 1 } },
  mo: { factor: 2_629_800, base: { s: 1 } },
  a: { factor: 31_557_600, base: { s: 1 } },
  Hz: { factor: 1, base: { s: -1 }, metric: true },
  N: { factor: 1e3, base: { g: 1, m: 1, s: -2 }, metric: true },
  Pa: { factor: 1e3, base: pressure, metric: true },
  bar: { factor: 1e8, base: pressure, metric: true },
  'm[Hg]': { factor: 133.322e6, base: pressure, metric: true },
  'm[H2O]': { factor: GRAVITY * 1e6, base: pressure, metric: true },
  J: { factor: 1e3, base: energy, metric: true },
  cal: { factor: 4184, base: energy, metric: true },
  '[Cal]': { factor: 4_184_000, base: energy },
  W: { factor: 1e3, base: { g: 1, m: 2, s: -3 }, metric: true },
  V: { factor: 1e3, base: { A: -1, g: 1, m: 2, s: -3 }, metric: true },
  kat: { factor: 1, base: { mol: 1, s: -1 }, metric: true },
  U: { factor: 1e-6 / 60, base: { mol: 1, s: -1 }, metric: true },
  '[iU]': { factor: 1, base: { '[iU]': 1 }, metric: true },
  '[IU]': { factor: 1, base: { '[iU]': 1 }, metric: true },
  '[in_i]': { factor: INCH, base: { m: 1 } },
  '[ft_i]': { factor: INCH * 12, base: { m: 1 } },
  '[yd_i]': { factor: INCH * 36, base: { m: 1 } },
  '[mi_i]': { factor: INCH * 63_360, base: { m: 1 } },
  '[lb_av]': { factor: POUND, base: { g: 1 } },
  '[oz_av]': { factor: POUND / 16, base: { g: 1 } },
  '[stone_av]': { factor: POUND * 14, base: { g: 1 } },
  t: { factor: 1e6, base: { g: 1 }, metric: true },
  '[foz_us]': { factor: 2.95735295625e-5, base: { m: 3 } },
  '[cup_us]': { factor: 2.365882365e-4, base: { m: 3 } },
  '[pt_us]': { factor: 4.73176473e-4, base: { m: 3 } },
  '%': { factor: 1e-2, base: {} },
  '[ppth]': { factor: 1e-3, base: {} },
  '[ppm]': { factor: 1e-6, base: {} },
  '10*': { factor: 10, base: {} },
  '10^': { factor: 10, base: {} },
};

const known = new Map<string, CanonicalUnit | undefined>();

/** Takes a UCUM code apart; undefined for what is not in the table, and for annotations alone such as `{score}`. */
export function canonicalUnit(code: string): CanonicalUnit | undefined {
  if (known.has(code)) {
    return known.get(code);
  }
  const unit = resolve(code);
  if (known.size < 5000) {
    known.set(code, unit);
  }
  return unit;
}

/** The unit behind a plain symbol, with a prefix or without. */
function atom(symbol: string): UnitRow | undefined {
  if (Object.hasOwn(UNITS, symbol)) {
    return UNITS[symbol];
  }
  for (const length of [2, 1]) {
    const prefix = symbol.slice(0, length);
    const rest = symbol.slice(length);
    if (Object.hasOwn(PREFIXES, prefix) && Object.hasOwn(UNITS, rest) && UNITS[rest]?.metric) {
      const row = UNITS[rest] as UnitRow;
      return { factor: row.factor * (PREFIXES[prefix] as number), base: row.base };
    }
  }
  return undefined;
}

const TERM = /^([./]?)(?:(\d+)(?![*^\d])|((?:10[*^]|[A-Za-z%]*(?:\[[^\]]+\])?[A-Za-z]*))([+-]?\d+)?)((?:\{[^}]*\})*)/;

function resolve(code: string): CanonicalUnit | undefined {
  const exponents = new Map<string, number>();
  let factor = 1;
  let offset = 0;
  let rest = code;
  let terms = 0;
  while (rest) {
    const match = TERM.exec(rest);
    if (!match?.[0] || (terms > 0 && !match[1])) {
      return undefined;
    }
    const [all, operator, number, symbol, power] = match;
    const sign = operator === '/' ? -1 : 1;
    if (number) {
      factor *= Number(number) ** sign;
    } else if (symbol) {
      const unit = atom(symbol);
      if (!unit) {
        return undefined;
      }
      const exponent = sign * Number(power ?? 1);
      factor *= unit.factor ** exponent;
      offset ||= unit.offset ?? 0;
      for (const [base, n] of Object.entries(unit.base)) {
        exponents.set(base, (exponents.get(base) ?? 0) + n * exponent);
      }
    } else if (operator !== '/' || all.length === 1) {
      return undefined;
    }
    rest = rest.slice(all.length);
    terms++;
  }
  const dimension = [...exponents]
    .filter(([, n]) => n !== 0)
    .sort()
    .map(([base, n]) => base + n)
    .join('');
  return terms === 0 || (offset !== 0 && terms > 1) ? undefined : { dimension: dimension || '1', factor, offset };
}

/** A value in canonical units, rounded to 12 digits so that equal amounts in different units are equal. */
export function toCanonical(value: number, unit: CanonicalUnit): number {
  return Number.isFinite(value) ? Number((value * unit.factor + unit.offset).toPrecision(12)) : value;
}
