/**
 * Every search parameter of R4 with its modifiers and prefixes, on the official examples: the answers are those that
 * fhirpath.js and the text of the specification give, without the server's index.
 * @see https://hl7.org/fhir/R4/search.html
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, shuffled } from '../../server/src/fuzzing/random.ts';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';
import { chartsOf, questionsOn, wrongAnswer } from './oracle/interview.ts';
import type { Question } from './oracle/question.ts';

const examples = join(process.env.TEST_DATA ?? '', 'fhir-r4-examples');
/** So many of about 8,000; `infra/checks/search-oracle.ts` puts them all, on patients' charts too. */
const QUESTIONS = 700;

let server: TestServer;
let clinic: TestClinic;
let questions: readonly Question[];

describe.skipIf(!existsSync(examples))('searches on the official examples', () => {
  beforeAll(async () => {
    server = await startTestServer();
    clinic = await server.clinic();
    for (const name of readdirSync(examples).filter((file) => file.endsWith('.json'))) {
      const resource = JSON.parse(readFileSync(join(examples, name), 'utf8')) as Resource;
      await clinic.request('PUT', `${resource.resourceType}/${resource.id}`, resource);
    }
    const random = createRandom(20_261_124);
    const charts = await chartsOf(clinic, server.house.definitions.resourceTypes());
    questions = shuffled(random, questionsOn(charts, random)).slice(0, QUESTIONS);
  }, 120_000);
  afterAll(() => server.close());

  it('find what they should, and nothing else', { timeout: 120_000 }, async () => {
    expect(questions.length).toBe(QUESTIONS);
    const wrong: string[] = [];
    for (const question of questions) {
      wrong.push(...[await wrongAnswer(clinic, question)].filter((answer) => answer !== undefined));
    }
    expect(wrong).toEqual([]);
  });

  it('turn red when an answer is not the right one', async () => {
    const asked = questions.find(({ expected }) => expected.size > 0) as Question;
    expect(await wrongAnswer(clinic, { ...asked, expected: new Set(['planted']) })).toContain('misses 1 (planted)');
  });
});
