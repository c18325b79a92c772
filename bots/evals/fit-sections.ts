/**
 * Fits the weights of `sectionOf` on the training part of MTS-Dialog (Ben Abacha et al., EACL 2023, CC BY 4.0) by
 * multinomial logistic regression, and writes them. Only weights are kept, no text. The validation part stays unseen.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sectionFeatures, sectionHeaders } from '../src/soap/section-of.ts';
import { openData } from './data.ts';

const ROUNDS = 1500;
const RATE = 0.5;
const DECAY = 0.002;

const rows = openData(resolve(process.argv[2] ?? '../shared/data')).csv('mts-dialog/MTS-Dialog-TrainingSet.csv') ?? [];
const samples = rows.map((row) => ({
  features: sectionFeatures(row.dialogue ?? ''),
  truth: sectionHeaders.map(String).indexOf(row.section_header?.toLowerCase() ?? ''),
}));
const width = samples[0]?.features.length ?? 0;
const weights = sectionHeaders.map(() => new Float64Array(width));

for (let round = 0; round < ROUNDS; round++) {
  const gradients = sectionHeaders.map(() => new Float64Array(width));
  for (const { features, truth } of samples) {
    const scores = weights.map((row) => features.reduce((sum, feature, j) => sum + feature * (row[j] ?? 0), 0));
    const highest = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - highest));
    const total = powers.reduce((sum, each) => sum + each, 0);
    powers.forEach((power, i) => {
      const error = power / total - Number(i === truth);
      features.forEach((feature, j) => {
        (gradients[i] as Float64Array)[j] = (gradients[i]?.[j] ?? 0) + error * feature;
      });
    });
  }
  weights.forEach((row, i) => {
    row.forEach((weight, j) => {
      row[j] = weight - RATE * ((gradients[i]?.[j] ?? 0) / samples.length + DECAY * weight);
    });
  });
}
const rounded = weights.map((row) => Array.from(row, (weight) => Math.round(weight * 100) / 100));
writeFileSync(
  new URL('../src/soap/section-weights.json', import.meta.url),
  `${JSON.stringify({ weights: rounded })}\n`,
);
