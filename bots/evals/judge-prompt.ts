/**
 * Judges the scribe's prompt with a model and writes the report that `$activate` asks for:
 * `node bots/evals/judge-prompt.ts --approver NAME --report FILE [--data DIR] [--model ID]`, with ANTHROPIC_API_KEY set (and
 * ANTHROPIC_BASE_URL, where Claude is reached elsewhere). A prompt is judged by what a model makes of it: without one there
 * is no report.
 */
import { writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { promptProblems } from '../src/kit/check-prompt.ts';
import { claudeEngine } from '../src/kit/claude-engine.ts';
import { soapPrompt } from '../src/soap/engines.ts';
import { openData } from './data.ts';
import { standing } from './measure.ts';
import { measureModelDrafts } from './measures/model-drafts.ts';
import { measureValidator } from './measures/validator.ts';
import { promptReport } from './prompt-report.ts';

const option = { type: 'string' } as const;
const options = { approver: option, report: option, data: option, model: option };
const { values } = parseArgs({ options, strict: true });
const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl, TEST_DATA } = process.env;
const folder = resolve(values.data ?? TEST_DATA ?? '../shared/data');
const problems = promptProblems(soapPrompt);
if (!values.approver || !values.report || !apiKey || !claudeEngine || problems.length > 0) {
  console.error(
    problems.length > 0
      ? `The prompt is not fit for use: ${problems.join(', ')}`
      : 'Needs --approver, --report and ANTHROPIC_API_KEY',
  );
  process.exit(1);
}
const data = openData(folder);
const engine = claudeEngine({ apiKey, model: values.model ?? 'claude-sonnet-5-5', ...(baseUrl && { baseUrl }) });
const drafts = await measureModelDrafts(data, engine);
const measures = [...(measureValidator(data)?.measures ?? []), ...(drafts?.measures ?? [])];
const files = ['aci-bench/valid.csv', 'aci-bench/train.csv', 'hallucination-injected/dev.jsonl'];
const report = promptReport({
  prompt: soapPrompt,
  measures,
  data: { name: basename(folder), texts: files.map((file) => data.text(file) ?? '') },
  date: new Date().toISOString().slice(0, 10),
  approver: values.approver,
});
writeFileSync(values.report, `${JSON.stringify(report, undefined, 1)}\n`);
const below = measures.filter((measure) => standing(measure) === 'below');
console.log(below.length === 0 ? 'Above every floor' : `Below the floor: ${below.map(({ id }) => id).join(', ')}`);
process.exitCode = below.length === 0 ? 0 : 1;
