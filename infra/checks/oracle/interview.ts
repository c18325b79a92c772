import type { Bundle, Resource } from '@medplum/fhirtypes';
import type { Random } from '../../../server/src/fuzzing/random.ts';
import type { TestAnswer, TestClinic } from '../../../server/src/testing.ts';
import { createOracle } from './oracle.ts';
import { type Question, queryOf } from './question.ts';
import { type Charts, linkQuestions, questionsOf } from './questions.ts';

/** Written by the server while it is asked. */
const LIVE = new Set(['AuditEvent', 'ClientApplication', 'Project', 'ProjectMembership']);

/**
 * What the oracle reads otherwise, with reason: tools of R4 do not take a canonical for a URI in `source as uri`, and a
 * Timing without dates is no date.
 */
const OTHERWISE = new Set(['ConceptMap?source-uri', 'ConceptMap?target-uri', 'CarePlan?activity-date:missing']);

/** All that a clinic holds, by type. */
export async function chartsOf(clinic: TestClinic, types: readonly string[]): Promise<Charts> {
  const charts = new Map<string, readonly Resource[]>();
  for (const type of types.filter((name) => !LIVE.has(name))) {
    const found = await everything(clinic, `${type}?_count=1000`);
    if (typeof found !== 'string' && found.length > 0) {
      charts.set(type, found);
    }
  }
  return charts;
}

/** Every question that the charts give rise to. */
export function questionsOn(charts: Charts, random: Random): Question[] {
  const oracle = createOracle();
  return [...charts]
    .flatMap(([type, resources]) => [
      ...questionsOf(oracle, random, type, resources),
      ...linkQuestions(oracle, random, charts, type),
    ])
    .filter(({ type, name }) => !OTHERWISE.has(`${type}?${name}`) && !OTHERWISE.has(`${type}?${name.split(':')[0]}`));
}

/** Puts a question to the server; what is wrong with its answer, or undefined. */
export async function wrongAnswer(clinic: TestClinic, question: Question): Promise<string | undefined> {
  const query = queryOf(question);
  const found = await everything(clinic, `${query}&_count=1000&_elements=id`);
  if (typeof found === 'string') {
    return `${query}: ${found}`;
  }
  const ids = new Set(found.map(({ id }) => id));
  const missing = [...question.expected].filter((id) => !ids.has(id));
  const extra = found.filter(({ id }) => !question.expected.has(id as string));
  const isRight = missing.length + extra.length === 0 && ids.size === found.length;
  return isRight
    ? undefined
    : `${query}: misses ${missing.length} (${missing[0]}), has ${extra.length} more (${extra[0]?.id})`;
}

/** All matches of a search, page after page; the text of the answer when it is refused. */
async function everything(clinic: TestClinic, query: string): Promise<Resource[] | string> {
  const found: Resource[] = [];
  for (let next: string | undefined = query; next !== undefined; ) {
    const answer: TestAnswer<Bundle> = await clinic.request('GET', next);
    if (answer.status !== 200) {
      return `${answer.status} ${answer.text}`;
    }
    const matches = (answer.body.entry ?? []).filter(({ search }) => search?.mode === 'match');
    found.push(...matches.map(({ resource }) => resource as Resource));
    next = answer.body.link?.find(({ relation }) => relation === 'next')?.url?.split('/fhir/R4/')[1];
  }
  return found;
}
