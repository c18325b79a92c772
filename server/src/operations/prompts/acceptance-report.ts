import type { MeasureReport, MeasureReportGroup, MeasureReportGroupPopulation } from '@medplum/fhirtypes';
import { CANONICAL_BASE, noteSectionCoding } from '@mindbridge/fhir-profiles';
import type { Database } from '../../database/index.ts';
import { forbidden } from '../../fhir/index.ts';
import type { Operation } from '../../repository/index.ts';
import { type Decision, decisionsOf, keptShare } from './decisions.ts';

const MOST = 10_000;

const population = (text: string, count: number): MeasureReportGroupPopulation => ({ code: { text }, count });
const score = (value: number) => ({
  value: Math.round(value * 1000) / 1000,
  unit: '1',
  system: 'http://unitsofmeasure.org',
  code: '1',
});

function stratumOf(section: string, decisions: readonly Decision[]) {
  const measured = decisions.flatMap(({ sections }) => sections.filter((each) => each.section === section));
  const sum = (name: 'kept' | 'edited' | 'removed' | 'added'): number =>
    measured.reduce((total, each) => total + each[name], 0);
  const drafted = sum('kept') + sum('edited') + sum('removed');
  const coding = Object.values(noteSectionCoding).find(({ code }) => code === section);
  return {
    value: coding ? { coding: [coding] } : { text: section },
    population: (['kept', 'edited', 'removed', 'added'] as const).map((name) => population(name, sum(name))),
    ...(drafted > 0 && { measureScore: score(sum('kept') / drafted) }),
  };
}

function groupOf(key: string, decisions: readonly Decision[]): MeasureReportGroup {
  const count = (wanted: Decision['decision']): number =>
    decisions.filter(({ decision }) => decision === wanted).length;
  const sections = [...new Set(decisions.flatMap((each) => each.sections.map(({ section }) => section)))];
  return {
    code: { text: key },
    population: [
      population('decisions', decisions.length),
      ...(['accepted', 'edited', 'rejected', 'expired'] as const).map((each) => population(each, count(each))),
      population(
        'seconds',
        decisions.reduce((sum, { seconds }) => sum + seconds, 0),
      ),
    ],
    measureScore: score(keptShare(decisions)),
    stratifier: [{ code: [{ text: 'section' }], stratum: sections.map((section) => stratumOf(section, decisions)) }],
  };
}

/**
 * What reviewers made of drafts, by engine and prompt version, and by section within: the score of a group is how much of
 * its drafts was kept, that of a section the share of its sentences.
 * @see https://hl7.org/fhir/R4/measurereport.html
 */
export function acceptanceReport(decisions: readonly Decision[], at: Date): MeasureReport {
  const groups = Map.groupBy(decisions, ({ engine, prompt }) => `${engine} with ${prompt ?? 'no prompt'}`);
  const date = at.toISOString();
  return {
    resourceType: 'MeasureReport',
    status: 'complete',
    type: 'summary',
    measure: `${CANONICAL_BASE}/Measure/ai-acceptance`,
    date,
    period: { end: date },
    ...(groups.size > 0 && { group: [...groups].map(([key, group]) => groupOf(key, group)) }),
  };
}

/** `$ai-acceptance`: the report over the newest decisions of the clinic, for those who may read its aggregates. */
export function acceptanceOperation(database: Database, clock: () => Date): Operation {
  return {
    name: '$ai-acceptance',
    level: 'system',
    types: [],
    methods: ['GET'],
    definition: `${CANONICAL_BASE}/OperationDefinition/ai-acceptance`,
    async handle({ context, grant }) {
      if (!grant.ruleSets.every((set) => set.rulesFor('MeasureReport', 'search').length > 0)) {
        throw forbidden('interaction-denied', 'You may not read the aggregates of the clinic');
      }
      return { resource: acceptanceReport(await decisionsOf(database, context.tenant, MOST), clock()) };
    },
  };
}
