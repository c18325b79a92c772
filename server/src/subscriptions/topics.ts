import type { ChangeEvent } from '../outbox/index.ts';

/** What a topic of the R5 backport stands for in terms of this server. */
export interface Topic {
  /** Criteria of the events of the topic. */
  readonly criteria: string;
  /** Interactions that are events of the topic; undefined = all three. */
  readonly interactions?: readonly ChangeEvent['interaction'][];
  /** Search parameters that a Subscription may filter by. */
  readonly filters: readonly string[];
}

const BASE = 'https://mindbridge.health/fhir/SubscriptionTopic';
const CODES = 'https://mindbridge.health/fhir/CodeSystem';
const WRITES = ['create', 'update'] as const;

/** The topics that can be subscribed to, by their canonical URLs. @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/ */
export const topics: ReadonlyMap<string, Topic> = new Map<string, Topic>([
  [`${BASE}/risk-assessed`, { criteria: 'RiskAssessment', interactions: ['create'], filters: ['patient', 'subject'] }],
  [
    `${BASE}/encounter-finished`,
    {
      criteria: 'Encounter?status=finished',
      interactions: WRITES,
      filters: ['patient', 'subject', 'participant', 'service-provider'],
    },
  ],
  [
    `${BASE}/outreach-requested`,
    {
      criteria: `Task?code=${CODES}/task|outreach&status=requested`,
      interactions: WRITES,
      filters: ['patient', 'owner', 'priority'],
    },
  ],
  [`${BASE}/observation-changed`, { criteria: 'Observation', filters: ['patient', 'subject', 'code', 'category'] }],
]);

/** The filters of a topic's Subscription as one query: each `Type?a=b` or `a=b`, all of which must hold. */
export function filteredCriteria(topic: Topic, filters: readonly string[]): string {
  const parts = filters.map((filter) => filter.slice(filter.indexOf('?') + 1)).filter((part) => part !== '');
  const [type = '', query] = topic.criteria.split(/\?(.*)/s);
  const all = [...(query ? [query] : []), ...parts];
  return all.length === 0 ? type : `${type}?${all.join('&')}`;
}

/** Names of the parameters in the filters that the topic does not offer, and filters on another type. */
export function foreignFilters(topic: Topic, filters: readonly string[]): string[] {
  const [type = ''] = topic.criteria.split('?');
  return filters.flatMap((filter) => {
    const at = filter.indexOf('?');
    if (at >= 0 && filter.slice(0, at) !== type) {
      return [filter];
    }
    const names = [...new URLSearchParams(filter.slice(at + 1)).keys()];
    return names.filter((name) => !topic.filters.includes(name.split(/[:.]/)[0] ?? ''));
  });
}
