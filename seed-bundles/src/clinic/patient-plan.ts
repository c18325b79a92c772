import { familyNames, givenNames, streets, towns } from './people-names.ts';
import { type Prng, prng } from './prng.ts';
import { drawFacts, type PlannedBand, type RiskFacts } from './risk-facts.ts';

/** Questionnaire totals that suit a patient; none of them touches the band. */
export interface Questionnaires {
  readonly phq9: number;
  readonly gad7: number;
}

/** Everything about one demo patient that does not depend on the day. */
export interface PatientPlan {
  /** `P001` … `P200`. */
  readonly number: string;
  readonly family: string;
  readonly given: string;
  readonly gender: 'female' | 'male';
  readonly birthDate: string;
  readonly phone: string;
  readonly address: { readonly line: string; readonly city: string; readonly postalCode: string };
  readonly band: PlannedBand;
  /** Index into the clinic's case managers. */
  readonly caseManager: number;
  readonly facts: RiskFacts;
  readonly questionnaires?: Questionnaires;
}

/** The clinic's counts and panels, as the clinic gave them. */
export const clinicCounts = {
  patients: 200,
  high: 12,
  medium: 45,
  panels: [67, 67, 66],
  highOfPanels: [8, 2, 2],
} as const;

/** The two patients that the clinic described, by number. */
const described: Readonly<Record<string, Pick<PatientPlan, 'family' | 'given' | 'gender' | 'facts'>>> = {
  P004: {
    family: 'Davis',
    given: 'Robert',
    gender: 'male',
    facts: { crisisCalls: 6, adherence: 25, missed: 4, daysSinceSeen: 52 },
  },
  P009: {
    family: 'Jackson',
    given: 'David',
    gender: 'male',
    facts: { crisisCalls: 7, adherence: 20, missed: 3, daysSinceSeen: 38 },
  },
};

function numberOf(index: number): string {
  return `P${String(index + 1).padStart(3, '0')}`;
}

/** Which band each patient is planned for: the described ones are high. */
function planBands(random: Prng, numbers: readonly string[]): Map<string, PlannedBand> {
  const high = Object.keys(described);
  const others = random.shuffled(numbers.filter((number) => !high.includes(number)));
  const order = [...high, ...others];
  return new Map(
    order.map((number, index) => [
      number,
      index < clinicCounts.high ? 'high' : index < clinicCounts.high + clinicCounts.medium ? 'medium' : 'low',
    ]),
  );
}

/** Which case manager each patient has: the first one's panel holds the described patients. */
function planPanels(random: Prng, bands: ReadonlyMap<string, PlannedBand>): Map<string, number> {
  const numbers = [...bands.keys()];
  const high = numbers.filter((number) => bands.get(number) === 'high');
  const rest = random.shuffled(numbers.filter((number) => bands.get(number) !== 'high'));
  const deal = (cards: readonly string[], sizes: readonly number[]): [string, number][] => {
    const hands = sizes.flatMap((size, hand) => Array.from({ length: size }, () => hand));
    return cards.map((card, index) => [card, hands[index] ?? 0]);
  };
  const restSizes = clinicCounts.panels.map((size, index) => size - (clinicCounts.highOfPanels[index] ?? 0));
  return new Map([...deal(high, clinicCounts.highOfPanels), ...deal(rest, restSizes)]);
}

function planQuestionnaires(random: Prng, band: PlannedBand): Questionnaires | undefined {
  if (band === 'high' || random.next() < 0.4) {
    return undefined;
  }
  return band === 'medium'
    ? { phq9: random.integer(5, 14), gad7: random.integer(5, 14) }
    : { phq9: random.integer(0, 9), gad7: random.integer(0, 9) };
}

/** Names that nobody else in the clinic bears. */
function nameSource(random: Prng): (gender: 'female' | 'male') => { family: string; given: string } {
  const taken = new Set(Object.values(described).map(({ family, given }) => `${family} ${given}`));
  return (gender) => {
    for (;;) {
      const name = { family: random.pick(familyNames), given: random.pick(givenNames[gender]) };
      if (!taken.has(`${name.family} ${name.given}`)) {
        taken.add(`${name.family} ${name.given}`);
        return name;
      }
    }
  };
}

function birthDate(random: Prng): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${random.integer(1942, 2006)}-${pad(random.integer(1, 12))}-${pad(random.integer(1, 28))}`;
}

/** Numbers from the range that is reserved for fiction. */
function phone(index: number): string {
  return `(${index < 100 ? 937 : 326}) 555-01${String(index % 100).padStart(2, '0')}`;
}

/** The 200 patients of Oakwood; the same seed gives the same patients. */
export function planPatients(seed = 'oakwood'): PatientPlan[] {
  const random = prng(seed);
  const numbers = Array.from({ length: clinicCounts.patients }, (_, index) => numberOf(index));
  const bands = planBands(random, numbers);
  const panels = planPanels(random, bands);
  const newName = nameSource(random);
  return numbers.map((number, index) => {
    const band = bands.get(number) ?? 'low';
    const gender = random.pick(['female', 'male'] as const);
    const [city, postalCode] = random.pick(towns);
    return {
      number,
      gender,
      ...newName(gender),
      birthDate: birthDate(random),
      phone: phone(index),
      address: { line: `${random.integer(100, 9899)} ${random.pick(streets)}`, city, postalCode },
      band,
      caseManager: panels.get(number) ?? 0,
      facts: drawFacts(random, band),
      questionnaires: planQuestionnaires(random, band),
      ...described[number],
    };
  });
}
