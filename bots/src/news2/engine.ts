/** Identity of this engine; a change of any scale is a new version. */
export const news2Engine = { name: 'news2', version: '1.0.0', display: 'MindBridge NEWS2' } as const;

/** Vital signs as NEWS2 takes them. An absent value is missing, a stale one older than the caller's window. */
export interface Vitals {
  /** Breaths per minute. */
  readonly respiratoryRate?: VitalSign;
  /** SpO2 in %. */
  readonly oxygenSaturation?: VitalSign;
  /** Is oxygen given? */
  readonly supplementalOxygen?: Sign<boolean>;
  /** mmHg. */
  readonly systolicPressure?: VitalSign;
  /** Beats per minute. */
  readonly pulse?: VitalSign;
  /** ACVPU: alert, new confusion, or responding to voice, to pain, or not at all. */
  readonly consciousness?: Sign<'A' | 'C' | 'V' | 'P' | 'U'>;
  /** Degrees Celsius. */
  readonly temperature?: VitalSign;
}

/** One vital sign as it was recorded. */
export interface Sign<T> {
  readonly value: T;
  readonly stale: boolean;
  /** Versioned reference of the Observation that carries it. */
  readonly basis?: string;
}

/** One measured vital sign. */
export type VitalSign = Sign<number>;

/** SpO2 scale: 2 is for hypercapnic respiratory failure with a target of 88–92 %, on a clinician's decision only. */
export type OxygenScale = 1 | 2;

/** The seven inputs of NEWS2, oxygen supply counted beside saturation. */
export const newsParameters = [
  'respiratoryRate',
  'oxygenSaturation',
  'supplementalOxygen',
  'systolicPressure',
  'pulse',
  'consciousness',
  'temperature',
] as const;

/** One input of NEWS2. */
export type NewsParameter = (typeof newsParameters)[number];

/** What the aggregate asks for. */
export type NewsRisk = 'low' | 'low-medium' | 'medium' | 'high';

/** A NEWS2 score with what explains it. */
export interface NewsScore {
  /** Sum of the points, 0–20. With missing inputs it is the least that the score can be. */
  readonly score: number;
  readonly points: Readonly<Record<NewsParameter, number | undefined>>;
  /** Is a single parameter at 3? That asks for an urgent review on its own. */
  readonly singleThree: boolean;
  readonly risk: NewsRisk;
  /** Inputs that are missing or stale: the score may be too low. */
  readonly unknown: readonly NewsParameter[];
}

/** Upper edges, inclusive, with their points; the last one has no edge. */
type Scale = readonly (readonly [number, number])[];

const respiratoryScale: Scale = [
  [8, 3],
  [11, 1],
  [20, 0],
  [24, 2],
  [Number.POSITIVE_INFINITY, 3],
];
const saturationScale1: Scale = [
  [91, 3],
  [93, 2],
  [95, 1],
  [Number.POSITIVE_INFINITY, 0],
];
const saturationScale2: Scale = [
  [83, 3],
  [85, 2],
  [87, 1],
  [92, 0],
];
const saturationScale2OnOxygen: Scale = [
  [94, 1],
  [96, 2],
  [Number.POSITIVE_INFINITY, 3],
];
const systolicScale: Scale = [
  [90, 3],
  [100, 2],
  [110, 1],
  [219, 0],
  [Number.POSITIVE_INFINITY, 3],
];
const pulseScale: Scale = [
  [40, 3],
  [50, 1],
  [90, 0],
  [110, 1],
  [130, 2],
  [Number.POSITIVE_INFINITY, 3],
];
const temperatureScale: Scale = [
  [35, 3],
  [36, 1],
  [38, 0],
  [39, 1],
  [Number.POSITIVE_INFINITY, 2],
];

function onScale(scale: Scale, value: number): number {
  return scale.find(([edge]) => value <= edge)?.[1] ?? 0;
}

/** Scale 2 adds points above 92 % only while oxygen is given; without oxygen a high saturation is normal. */
function saturationPoints(value: number, scale: OxygenScale, onOxygen: boolean): number {
  if (scale === 1) {
    return onScale(saturationScale1, value);
  }
  return value > 92 && onOxygen ? onScale(saturationScale2OnOxygen, value) : onScale(saturationScale2, value);
}

/**
 * Scores vital signs by NEWS2. Whole numbers are compared after rounding, the temperature to one decimal, as the chart
 * is filled in. A missing input adds nothing and is named; a stale one keeps its points and is named.
 * @see https://www.rcp.ac.uk/improving-care/resources/national-early-warning-score-news-2/
 */
export function scoreNews2(vitals: Vitals, scale: OxygenScale = 1): NewsScore {
  const whole = (sign: VitalSign | undefined, of: Scale): number | undefined =>
    sign && onScale(of, Math.round(sign.value));
  const onOxygen = vitals.supplementalOxygen?.value ?? false;
  const { oxygenSaturation, supplementalOxygen, consciousness, temperature } = vitals;
  const points: Record<NewsParameter, number | undefined> = {
    respiratoryRate: whole(vitals.respiratoryRate, respiratoryScale),
    oxygenSaturation: oxygenSaturation && saturationPoints(Math.round(oxygenSaturation.value), scale, onOxygen),
    supplementalOxygen: supplementalOxygen && (onOxygen ? 2 : 0),
    systolicPressure: whole(vitals.systolicPressure, systolicScale),
    pulse: whole(vitals.pulse, pulseScale),
    consciousness: consciousness && (consciousness.value === 'A' ? 0 : 3),
    temperature: temperature && onScale(temperatureScale, Math.round(temperature.value * 10) / 10),
  };
  const given = Object.values(points).filter((each) => each !== undefined);
  const score = given.reduce((sum, each) => sum + each, 0);
  const singleThree = given.includes(3);
  const unknown = newsParameters.filter((name) => points[name] === undefined || vitals[name]?.stale === true);
  return { score, points, singleThree, risk: riskOf(score, singleThree), unknown };
}

function riskOf(score: number, singleThree: boolean): NewsRisk {
  if (score >= 7) {
    return 'high';
  }
  return score >= 5 ? 'medium' : singleThree ? 'low-medium' : 'low';
}
