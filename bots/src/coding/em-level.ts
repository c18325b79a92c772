/** Level of an office visit: 2 is the least, 5 the most. */
export type EmLevel = 2 | 3 | 4 | 5;

/** How a problem that was addressed weighs, lightest first. */
export const problemKinds = [
  'minor',
  'stable-chronic',
  'acute-uncomplicated',
  'acute-systemic',
  'acute-injury',
  'undiagnosed-uncertain',
  'worsening-chronic',
  'severe-chronic',
  'life-threatening',
] as const;

/** How a problem that was addressed weighs. */
export type ProblemKind = (typeof problemKinds)[number];

/** Risk of what was decided. */
export type ManagementRisk = 'minimal' | 'low' | 'moderate' | 'high';

/** What a note documents of the work that decides a level; each with the words that show it. */
export interface EmFacts {
  readonly isNewPatient: boolean;
  readonly problems: readonly { readonly name: string; readonly kind: ProblemKind }[];
  /** Each different test ordered or reviewed, each note of another source reviewed, an independent historian. */
  readonly data: readonly string[];
  /** Was a test interpreted by the clinician himself that somebody else reports? */
  readonly interpreted: readonly string[];
  /** Was management discussed with a clinician of another group, or another appropriate source? */
  readonly discussed: readonly string[];
  readonly risk: ManagementRisk;
  /** What the risk was read from. */
  readonly riskReasons: readonly string[];
  /** Total minutes of the day that the note states. */
  readonly minutes?: number;
}

/** One of the three elements of medical decision making. */
export interface EmElement {
  readonly name: 'problems' | 'data' | 'risk';
  readonly level: EmLevel;
  readonly reason: string;
}

/** A level with all that decides it. */
export interface EmDecision {
  readonly level: EmLevel;
  readonly basis: 'decision-making' | 'time';
  readonly reason: string;
  readonly elements: readonly EmElement[];
  readonly byDecisionMaking: EmLevel;
  readonly byTime?: EmLevel;
  /** What would have to be documented, and true, for one level more; absent at 5. */
  readonly forHigher?: string;
  /** What the level hangs on: without it, it is one level less; absent at 2. */
  readonly atRisk?: string;
}

/** Least total minutes of each level, for new and for established patients. */
const leastMinutes: Readonly<Record<'new' | 'established', readonly (readonly [number, EmLevel])[]>> = {
  new: [
    [60, 5],
    [45, 4],
    [30, 3],
    [15, 2],
  ],
  established: [
    [40, 5],
    [30, 4],
    [20, 3],
    [10, 2],
  ],
};

/**
 * Decides the level of an office visit by the public rules in force since 2021: two of three elements of medical decision
 * making (problems, data, risk), or the total time on the day, whichever gives more. Our own wording; no code number.
 * @see https://www.cms.gov/medicare/payment/fee-schedules/physician/evaluation-management-visits
 */
export function emDecision(facts: EmFacts): EmDecision {
  const elements = [problemElement(facts), dataElement(facts), riskElement(facts)];
  const [, second] = elements.map((each) => each.level).sort((a, b) => b - a);
  const byDecisionMaking = second ?? 2;
  const byTime = timeLevel(facts);
  const isTime = byTime !== undefined && byTime > byDecisionMaking;
  const level = isTime ? byTime : byDecisionMaking;
  return {
    level,
    basis: isTime ? 'time' : 'decision-making',
    reason: isTime ? timeReason(facts) : decisionReason(elements, level),
    elements,
    byDecisionMaking,
    ...(byTime && { byTime }),
    ...higher(level, elements, facts),
    ...lower(level, isTime, elements, facts),
  };
}

const words: Readonly<Record<EmLevel, string>> = { 2: 'straightforward', 3: 'low', 4: 'moderate', 5: 'high' };

function decisionReason(elements: readonly EmElement[], level: EmLevel): string {
  const reached = elements.filter((each) => each.level >= level).map((each) => `${each.name}: ${each.reason}`);
  return `Medical decision making is ${words[level]}: ${reached.join('; ')}.`;
}

function timeReason({ minutes, isNewPatient }: EmFacts): string {
  return `The note states ${minutes} minutes in total on the day, ${isNewPatient ? 'new' : 'established'} patient.`;
}

function timeLevel({ minutes, isNewPatient }: EmFacts): EmLevel | undefined {
  const least = leastMinutes[isNewPatient ? 'new' : 'established'];
  return minutes === undefined ? undefined : least.find(([from]) => minutes >= from)?.[1];
}

function problemElement({ problems }: EmFacts): EmElement {
  const of = (...kinds: readonly ProblemKind[]): string[] =>
    problems.filter((each) => kinds.includes(each.kind)).map((each) => each.name);
  const element = (level: EmLevel, reason: string): EmElement => ({ name: 'problems', level, reason });
  const [grave, worse, uncertain] = [
    of('severe-chronic', 'life-threatening'),
    of('worsening-chronic'),
    of('undiagnosed-uncertain', 'acute-systemic', 'acute-injury'),
  ];
  const [stable, acute, minor] = [of('stable-chronic'), of('acute-uncomplicated'), of('minor')];
  if (grave.length > 0) {
    return element(5, `a threat to life or bodily function, or a severely worsened chronic illness (${grave[0]})`);
  }
  if (worse.length > 0) {
    return element(4, `a chronic illness that worsened or is not at its goal (${worse[0]})`);
  }
  if (stable.length >= 2) {
    return element(4, `two or more stable chronic illnesses (${stable.slice(0, 2).join(', ')})`);
  }
  if (uncertain.length > 0) {
    return element(
      4,
      `a new problem of uncertain course, with systemic symptoms, or a complicated injury (${uncertain[0]})`,
    );
  }
  if (stable.length + acute.length > 0 || minor.length >= 2) {
    return element(
      3,
      `one stable chronic illness, one uncomplicated illness, or two minor ones (${[...stable, ...acute, ...minor][0]})`,
    );
  }
  return element(2, minor.length > 0 ? `one minor problem (${minor[0]})` : 'no problem is named in the assessment');
}

function dataElement({ data, interpreted, discussed }: EmFacts): EmElement {
  const categories = Number(data.length >= 3) + Number(interpreted.length > 0) + Number(discussed.length > 0);
  const element = (level: EmLevel, reason: string): EmElement => ({ name: 'data', level, reason });
  const shown = [...data.slice(0, 3), ...interpreted.slice(0, 1), ...discussed.slice(0, 1)].join(', ');
  if (categories >= 2) {
    return element(5, `two of: three tests or sources, an own interpretation, a discussion with others (${shown})`);
  }
  if (categories === 1) {
    return element(4, `three tests or sources, an own interpretation, or a discussion with others (${shown})`);
  }
  return data.length >= 2
    ? element(3, `two tests or sources (${shown})`)
    : element(2, data.length === 1 ? `one test or source (${shown})` : 'no test and no other source is documented');
}

const riskLevel: Readonly<Record<ManagementRisk, EmLevel>> = { minimal: 2, low: 3, moderate: 4, high: 5 };

function riskElement({ risk, riskReasons }: EmFacts): EmElement {
  const why = riskReasons.length > 0 ? ` (${riskReasons.slice(0, 2).join(', ')})` : '';
  return { name: 'risk', level: riskLevel[risk], reason: `${risk} risk of management${why}` };
}

const needed: Readonly<Record<EmElement['name'], Readonly<Record<3 | 4 | 5, string>>>> = {
  problems: {
    3: 'one chronic illness or one uncomplicated acute one',
    4: 'two chronic illnesses, one that is not at its goal, or a new problem of uncertain course',
    5: 'a threat to life or bodily function, or a severely worsened chronic illness',
  },
  data: {
    3: 'two tests or outside sources',
    4: 'three tests or outside sources, an own interpretation, or a discussion with another clinician',
    5: 'two of: three tests or sources, an own interpretation, a discussion with another clinician',
  },
  risk: {
    3: 'a decision of low risk, such as a medicine without prescription',
    4: 'prescription drug management, or a barrier of living conditions that limits treatment',
    5: 'monitoring a medicine for toxicity, or a decision about admission',
  },
};

/** The element that is nearest to one level more, where two must reach it. */
function higher(level: EmLevel, elements: readonly EmElement[], facts: EmFacts): { forHigher?: string } {
  if (level === 5) {
    return {};
  }
  const next = (level + 1) as 3 | 4 | 5;
  const missing = elements.filter((each) => each.level < next).sort((a, b) => b.level - a.level);
  const enough = missing.slice(0, Math.max(1, missing.length - 1));
  const [minutes] = leastMinutes[facts.isNewPatient ? 'new' : 'established'].find(([, to]) => to === next) ?? [];
  const wanted = enough.map((each) => `${each.name}: ${needed[each.name][next]}`).join('; and ');
  return { forHigher: `Level ${next} needs ${wanted}; or ${minutes} minutes in total, stated in the note.` };
}

function lower(level: EmLevel, isTime: boolean, elements: readonly EmElement[], facts: EmFacts): { atRisk?: string } {
  if (level === 2) {
    return {};
  }
  if (isTime) {
    return { atRisk: `The level stands on the ${facts.minutes} minutes that the note states, and on nothing else.` };
  }
  const bearing = elements.filter((each) => each.level >= level);
  return bearing.length > 2
    ? {}
    : { atRisk: `Without the evidence for ${bearing.map((each) => each.name).join(' or ')} it is a lower level.` };
}
