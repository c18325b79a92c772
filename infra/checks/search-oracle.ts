/**
 * Puts every search parameter of R4, with its modifiers and prefixes, to a server that holds the official examples and
 * patients' charts, and compares with what fhirpath.js and the text of the specification give.
 *
 *     TEST_DATA=<folder with fhir-r4-examples and synthea-r4> node infra/checks/search-oracle.ts --charts 4 --seed 1
 *
 * @see https://hl7.org/fhir/R4/search.html
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '@medplum/fhirtypes';
import { createRandom } from '../../server/src/fuzzing/random.ts';
import { startTestServer } from '../../server/src/testing.ts';
import { readCommandLine } from '../scripts/command-line.ts';
import { chartsOf, questionsOn, wrongAnswer } from './oracle/interview.ts';

const { options } = readCommandLine({
  call: 'node infra/checks/search-oracle.ts',
  about:
    'Puts every search parameter of R4 to a server, and compares with what fhirpath.js and the specification give.',
  options: { charts: 4, seed: 1 },
});
const folder = process.env.TEST_DATA ?? '';
if (!existsSync(join(folder, 'fhir-r4-examples'))) {
  console.error('Set TEST_DATA to a folder with fhir-r4-examples and synthea-r4.');
  process.exit(2);
}

function readAll(name: string): Resource[] {
  const files = readdirSync(join(folder, name)).filter((file) => file.endsWith('.json'));
  return files.map((file) => JSON.parse(readFileSync(join(folder, name, file), 'utf8')) as Resource);
}

const started = performance.now();
const server = await startTestServer();
const clinic = await server.clinic();
for (const chart of readAll('synthea-r4').slice(0, options.charts)) {
  await clinic.request('POST', '', chart);
}
for (const example of readAll('fhir-r4-examples')) {
  await clinic.request('PUT', `${example.resourceType}/${example.id}`, example);
}
const charts = await chartsOf(clinic, server.house.definitions.resourceTypes());
const questions = questionsOn(charts, createRandom(options.seed));
const wrong: string[] = [];
for (const question of questions) {
  wrong.push(...[await wrongAnswer(clinic, question)].filter((answer) => answer !== undefined));
}
await server.close();

const resources = [...charts.values()].reduce((sum, list) => sum + list.length, 0);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`${questions.length} searches on ${resources} resources in ${seconds} s: ${wrong.length} answered wrongly`);
for (const answer of wrong.slice(0, 20)) {
  console.log(answer);
}
process.exit(wrong.length === 0 ? 0 : 1);
