/**
 * Judges the versions of the scribe's prompt with a model and writes the report of each that `$activate` asks for:
 * `node bots/evals/judge-prompt.ts --approver NAME --reports DIR [--prompt soap/1.1.0] [--data DIR] [--model ID]`, with ANTHROPIC_API_KEY set (and
 * ANTHROPIC_BASE_URL, where Claude is reached elsewhere). A prompt is judged by what a model makes of it: without one there
 * is no report.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { promptProblems } from '../src/kit/check-prompt.ts';
import { claudeEngine } from '../src/kit/claude-engine.ts';
import { type Prompt, promptKey } from '../src/kit/index.ts';
import { soapPrompts } from '../src/soap/engines.ts';
import { openData } from './data.ts';
import { standing } from './measure.ts';
import { measureModelDrafts } from './measures/model-drafts.ts';
import { measureValidator } from './measures/validator.ts';
import { promptReport } from './prompt-report.ts';

const option = { type: 'string' } as const;
const options = { approver: option, reports: option, prompt: option, data: option, model: option };
const { values } = parseArgs({ options, strict: true });
const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl, TEST_DATA } = process.env;
const folder = values.data ?? TEST_DATA;
const judged = soapPrompts.filter((prompt) => values.prompt === undefined || values.prompt === promptKey(prompt));
const problems = judged.flatMap((prompt) => promptProblems(prompt).map((problem) => `${promptKey(prompt)} ${problem}`));
if (
  !folder ||
  !values.approver ||
  !values.reports ||
  !apiKey ||
  !claudeEngine ||
  judged.length === 0 ||
  problems.length > 0
) {
  console.error(
    problems.length > 0
      ? `Not fit for use: ${problems.join(', ')}`
      : 'Needs --approver, --reports, --data or TEST_DATA, ANTHROPIC_API_KEY, and a --prompt that the scribe holds',
  );
  process.exit(1);
}
const approver: string = values.approver;
const reports: string = values.reports;
const name = basename(folder);
const data = openData(folder);
const engine = claudeEngine({ apiKey, model: values.model ?? 'claude-sonnet-5-5', ...(baseUrl && { baseUrl }) });
const validator = measureValidator(data)?.measures ?? [];
const files = ['aci-bench/valid.csv', 'aci-bench/train.csv', 'hallucination-injected/dev.jsonl'];
const texts = files.map((file) => data.text(file) ?? '');

/** Writes the report of one version; gives the ids of the measures below their floor. */
async function judge(prompt: Prompt): Promise<string[]> {
  const drafts = await measureModelDrafts(data, engine, prompt);
  const measures = [...validator, ...(drafts?.measures ?? [])];
  const date = new Date().toISOString().slice(0, 10);
  const report = promptReport({ prompt, measures, data: { name, texts }, date, approver });
  writeFileSync(join(reports, `${prompt.id}-${prompt.version}.json`), `${JSON.stringify(report, undefined, 1)}\n`);
  return measures.filter((measure) => standing(measure) === 'below').map(({ id }) => id);
}

mkdirSync(reports, { recursive: true });
for (const prompt of judged) {
  const below = await judge(prompt);
  console.log(
    `${promptKey(prompt)}: ${below.length === 0 ? 'above every floor' : `below the floor: ${below.join(', ')}`}`,
  );
  process.exitCode = below.length === 0 ? process.exitCode : 1;
}
