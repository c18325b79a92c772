import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openData } from './data.ts';
import { type Evaluation, type ItemResult, type Measure, standing } from './measure.ts';
import { measureCoding } from './measures/coding.ts';
import { measureDrafts } from './measures/drafts.ts';
import { measureNegation } from './measures/negation.ts';
import { measureOrders } from './measures/orders.ts';
import { measureSections } from './measures/sections.ts';
import { measureValidator } from './measures/validator.ts';

const option = { type: 'string' } as const;
const usage = 'Usage: npm run evals -- [--data DIR] [--json FILE] [--only A1,C2]';
const { values } = readArguments();
if (values.help) {
  console.log(`${usage}\n\nMeasures the embedded engines on the public data of DIR, by default that of TEST_DATA.`);
  process.exit(0);
}
const folder = values.data ?? process.env.TEST_DATA;
const only = values.only?.split(',');

const groups: readonly {
  readonly ids: RegExp;
  readonly what: string;
  readonly run: (data: ReturnType<typeof openData>) => Evaluation | undefined;
}[] = [
  { ids: /^A/, what: 'A1–A10 output validator', run: measureValidator },
  { ids: /^B[126]/, what: 'B1, B2, B6 drafts', run: measureDrafts },
  { ids: /^B3/, what: 'B3 sections', run: measureSections },
  { ids: /^B4/, what: 'B4 orders', run: measureOrders },
  { ids: /^C/, what: 'C1–C3 codes', run: measureCoding },
  { ids: /^F/, what: 'F2 negation', run: measureNegation },
];

const unknown = only?.find((id) => !groups.some((group) => group.ids.test(id)));
if (unknown !== undefined) {
  fail(`Found --only ${unknown}, need ids such as A1, B3, C2, F2.`);
}

const data = openData(folder);
const absent =
  folder === undefined ? 'name a folder with --data or TEST_DATA' : `${resolve(folder)} does not hold its data`;
const measures: Measure[] = [];
const items: ItemResult[] = [];
for (const { what, run } of groups.filter((group) => !only || only.some((id) => group.ids.test(id)))) {
  const evaluation = run(data);
  if (!evaluation) {
    console.log(`${what}: skipped, ${absent}`);
    continue;
  }
  measures.push(...evaluation.measures.filter((measure) => !only || only.includes(measure.id)));
  items.push(...evaluation.items);
}
for (const measure of measures) {
  const { id, name, value, unit, floor, goal, n } = measure;
  const shown = `${value.toFixed(unit === '' ? 3 : 1)}${unit === 'points' ? '' : unit}`;
  console.log(
    `${id.padEnd(4)} ${name.padEnd(58)} ${shown.padStart(9)}  floor ${String(floor).padStart(5)}  goal ${String(goal).padStart(5)}  ${standing(measure).padEnd(5)}  n=${n}`,
  );
}
if (values.json) {
  writeFileSync(values.json, `${JSON.stringify({ measures, items }, undefined, 1)}\n`);
}

function readArguments() {
  try {
    const options = { data: option, json: option, only: option, help: { type: 'boolean' } } as const;
    return parseArgs({ options, strict: true });
  } catch (error) {
    return fail((error as Error).message);
  }
}

/** Ends the program with one sentence and how it is called. */
function fail(sentence: string): never {
  console.error(`${sentence}\n${usage}`);
  process.exit(2);
}
