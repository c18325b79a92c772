/**
 * Fits the weights of `sectionOf` on the training part of MTS-Dialog (Ben Abacha et al., EACL 2023, CC BY 4.0) and on
 * examples of our own for rare headings, by multinomial logistic regression, and writes them. Only weights are kept, no
 * text; the validation part stays out of it. `node bots/evals/fit-sections.ts [DATA]`, by default the folder of
 * `TEST_DATA`; with `--folds` nothing is written, and the accuracy on five held-out fifths of the training part is printed.
 */
import { writeFileSync } from 'node:fs';
import { type SectionWeights, sectionFeatures, sectionHeaders, sectionScores } from '../src/soap/section-of.ts';
import { sectionWords, weighted, writtenWord } from '../src/soap/section-words.ts';
import { openData } from './data.ts';
import { sectionExamples } from './section-examples.ts';

/** An exchange with its heading: the cues in it, and its words. */
interface Sample {
  readonly dialogue: string;
  readonly cues: readonly number[];
  readonly words: ReadonlySet<string>;
  readonly truth: number;
  readonly weight: number;
}

/** What is fitted: for each feature, by its place, a row of one weight for each heading. */
type Rows = readonly Float64Array[];
type Vector = readonly (readonly [number, number])[];

/** Words that stand in fewer samples are not learnt, and only those are kept that tell headings apart the most. */
const FEWEST = 3;
const KEPT_WORDS = 4000;
/** How much more than its share a rare heading counts, from 0 not at all to 1 as much as a common one. */
const BALANCE = 0.3;
/** Cues stand beside words a second time, so much smaller. */
const BESIDE = 0.4;

const SPEAKERS: Readonly<Record<string, string>> = {
  D: 'Doctor',
  P: 'Patient',
  C: 'Guest_clinician',
  F: 'Guest_family',
};

function sampleOf(dialogue: string, truth: number): Omit<Sample, 'weight'> {
  return { dialogue, cues: sectionFeatures(dialogue), words: sectionWords(dialogue), truth };
}

function withWeights(samples: readonly Omit<Sample, 'weight'>[]): Sample[] {
  const counts = sectionHeaders.map((_, header) => samples.filter(({ truth }) => truth === header).length);
  const mean = samples.length / sectionHeaders.length;
  return samples.map((sample) => ({ ...sample, weight: (mean / (counts[sample.truth] ?? 1)) ** BALANCE }));
}

/** Stochastic gradient descent with a step of its own for each weight; the order of samples is always the same. */
function fit(
  samples: readonly Sample[],
  vectors: readonly Vector[],
  size: number,
  rounds: number,
  decay: number,
): Rows {
  const rows = Array.from({ length: size }, () => new Float64Array(sectionHeaders.length));
  const seen = Array.from({ length: size }, () => new Float64Array(sectionHeaders.length).fill(1e-6));
  const order = samples.map((_, i) => i);
  let state = 1;
  for (let round = 0; round < rounds; round++) {
    for (let i = order.length - 1; i > 0; i--) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      const j = Math.floor((state / 0x7fffffff) * i);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    for (const i of order) {
      step(samples[i] as Sample, vectors[i] as Vector, { rows, seen, decay });
    }
  }
  return rows;
}

const RATE = 0.3;

function step(
  { truth, weight }: Sample,
  vector: Vector,
  { rows, seen, decay }: { readonly rows: Rows; readonly seen: Rows; readonly decay: number },
): void {
  const scores = new Float64Array(sectionHeaders.length);
  for (const [place, value] of vector) {
    const row = rows[place] as Float64Array;
    for (let c = 0; c < scores.length; c++) {
      scores[c] = (scores[c] as number) + (row[c] as number) * value;
    }
  }
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, each) => sum + each, 0);
  for (let c = 0; c < scores.length; c++) {
    const error = weight * ((powers[c] as number) / total - Number(c === truth));
    if (Math.abs(error) < 1e-4) {
      continue;
    }
    for (const [place, value] of vector) {
      const [row, sums] = [rows[place] as Float64Array, seen[place] as Float64Array];
      const gradient = error * value + decay * (row[c] as number);
      sums[c] = (sums[c] as number) + gradient ** 2;
      row[c] = (row[c] as number) - (RATE * gradient) / Math.sqrt(sums[c] as number);
    }
  }
}

/** Fits two models, cues alone and cues beside words; the sum of both is one set of weights. */
function weightsOf(samples: readonly Sample[]): SectionWeights {
  const spread = new Map<string, number>();
  for (const word of samples.flatMap(({ words }) => [...words])) {
    spread.set(word, (spread.get(word) ?? 0) + 1);
  }
  const common = [...spread].filter(([, count]) => count >= FEWEST);
  const rarity = new Map(common.map(([word, count]) => [word, Math.log((samples.length + 1) / count)]));
  const places = new Map(common.map(([word], i) => [word, i]));
  const cueCount = samples[0]?.cues.length ?? 0;
  const alone = samples.map(({ cues }): Vector => cues.map((cue, i) => [i, cue]));
  const beside = samples.map(
    ({ cues, words }): Vector => [
      ...weighted(words, (word) => rarity.get(word)).map(
        ([word, value]) => [places.get(word) as number, value] as const,
      ),
      ...cues.map((cue, i) => [common.length + i, cue * BESIDE] as const),
    ],
  );
  const first = fit(samples, alone, cueCount, 25, 1e-3);
  const second = fit(samples, beside, common.length + cueCount, 12, 1e-4);
  const cues = first.map((row, i) =>
    Array.from(row, (weight, c) => rounded(weight + BESIDE * (second[common.length + i]?.[c] ?? 0))),
  );
  const words = common.map(([word]) => ({ word, row: second[places.get(word) as number] as Float64Array }));
  const told = ({ word, row }: (typeof words)[number]): number =>
    (Math.max(...row) - Math.min(...row)) * Math.sqrt(spread.get(word) ?? 0);
  const kept = words.sort((a, b) => told(b) - told(a)).slice(0, KEPT_WORDS);
  return {
    cues,
    words: new Map(kept.map(({ word, row }) => [word, { rarity: rarity.get(word) ?? 0, weights: [...row] }])),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const folder = process.argv.slice(2).find((each) => !each.startsWith('--')) ?? process.env.TEST_DATA;
const rows = openData(folder).csv('mts-dialog/MTS-Dialog-TrainingSet.csv') ?? [];
const headerOf = (name: string | undefined): number => sectionHeaders.map(String).indexOf(name?.toLowerCase() ?? '');
const trained = rows.map((row) => sampleOf(row.dialogue ?? '', headerOf(row.section_header)));
const own = Object.entries(sectionExamples).flatMap(([header, texts]) =>
  texts.map((text) =>
    sampleOf(
      text.replace(/^([DPCF]):/gm, (_all, who: string) => `${SPEAKERS[who]}:`),
      headerOf(header),
    ),
  ),
);
if (process.argv.includes('--folds')) {
  const folds = [0, 1, 2, 3, 4].map((fold) => {
    const weights = weightsOf(withWeights([...trained.filter((_, i) => i % 5 !== fold), ...own]));
    const held = trained.filter((_, i) => i % 5 === fold);
    const right = held.filter(({ dialogue, truth }) => {
      const scores = sectionScores(dialogue, weights);
      return scores.indexOf(Math.max(...scores)) === truth;
    });
    return right.length / held.length;
  });
  console.log(`held-out accuracy ${((100 * folds.reduce((sum, each) => sum + each, 0)) / folds.length).toFixed(1)} %`);
} else {
  const { cues, words } = weightsOf(withWeights([...trained, ...own]));
  const written = { cues, words: [...words].map(([word, weights]) => writtenWord(word, weights)) };
  writeFileSync(new URL('../src/soap/section-weights.json', import.meta.url), `${JSON.stringify(written)}\n`);
}
