import type { ChangeEvent } from '../outbox/index.ts';

/** One kind of change that is an event of a topic. */
export interface TopicTrigger {
  readonly criteria: string;
  /** Undefined = all three. */
  readonly interactions?: readonly ChangeEvent['interaction'][];
  /** FHIRPath over %previous and %current that must hold too. */
  readonly expression?: string;
  /** Searches over the versions before and after that must hold too. */
  readonly queries?: QueryCriteria;
}

/** Searches without a type over the version before a change and the one after it. @see https://hl7.org/fhir/R5/subscriptiontopic-definitions.html#SubscriptionTopic.resourceTrigger.queryCriteria */
export interface QueryCriteria {
  readonly current?: string;
  readonly previous?: string;
  /** Does `previous` hold when there was no version before? */
  readonly passesOnCreate: boolean;
  /** Does `current` hold when there is none after? */
  readonly passesOnDelete: boolean;
  /** Must both hold, or one of them? */
  readonly requireBoth: boolean;
}

/** What a topic of the R5 backport stands for in terms of this server. */
export interface Topic {
  /** A change that meets one of them is an event. */
  readonly triggers: readonly TopicTrigger[];
  /** Search parameters that a Subscription may filter by, for each of the topic's resource types. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

const BASE = 'https://mindbridge.health/fhir/SubscriptionTopic';
const CODES = 'https://mindbridge.health/fhir/CodeSystem';
const WRITES = ['create', 'update'] as const;
const ENCOUNTER_FILTERS = ['patient', 'subject', 'class', 'participant', 'service-provider', 'location'];
const TASK_FILTERS = ['patient', 'owner', 'priority'];

const outreach: TopicTrigger = {
  criteria: `Task?code=${CODES}/task|outreach&status=requested`,
  interactions: WRITES,
};
const enters = (status: string): TopicTrigger => ({
  criteria: `Encounter?status=${status}`,
  interactions: WRITES,
  expression: `%previous.exists() implies %previous.status != %current.status`,
});

/** The topics that can be subscribed to, by their canonical URLs. @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/ */
export const topics: ReadonlyMap<string, Topic> = new Map<string, Topic>([
  [
    `${BASE}/risk-assessed`,
    {
      triggers: [{ criteria: 'RiskAssessment', interactions: ['create'] }],
      filters: { RiskAssessment: ['patient', 'subject'] },
    },
  ],
  [
    `${BASE}/encounter-finished`,
    {
      triggers: [{ criteria: 'Encounter?status=finished', interactions: WRITES }],
      filters: { Encounter: ENCOUNTER_FILTERS },
    },
  ],
  [
    `${BASE}/admission-discharge`,
    {
      triggers: [enters('in-progress'), enters('finished'), enters('cancelled')],
      filters: { Encounter: ENCOUNTER_FILTERS },
    },
  ],
  [`${BASE}/outreach-requested`, { triggers: [outreach], filters: { Task: TASK_FILTERS } }],
  [
    `${BASE}/care-alert`,
    {
      triggers: [
        { criteria: 'Flag?status=active', interactions: WRITES },
        { criteria: 'RiskAssessment', interactions: ['create'] },
        outreach,
      ],
      filters: { Flag: ['patient', 'subject'], RiskAssessment: ['patient', 'subject'], Task: TASK_FILTERS },
    },
  ],
  [
    `${BASE}/observation-changed`,
    {
      triggers: [{ criteria: 'Observation' }],
      filters: { Observation: ['patient', 'subject', 'code', 'category'] },
    },
  ],
]);

/** Do criteria name a topic, and not a search? */
export function isTopicUrl(criteria: string): boolean {
  return /^(?:https?:|urn:)/.test(criteria);
}

/** The type that criteria or a filter name before the question mark; empty when they name none. */
function typeOf(criteria: string): string {
  const at = criteria.indexOf('?');
  return at >= 0 ? criteria.slice(0, at) : /^[A-Z][A-Za-z]+$/.test(criteria) ? criteria : '';
}

/** The criteria of a trigger with the filters of a Subscription that concern its type: all of them must hold. */
export function filteredCriteria({ criteria }: TopicTrigger, filters: readonly string[]): string {
  const type = typeOf(criteria);
  const own = filters.filter((filter) => typeOf(filter) === '' || typeOf(filter) === type);
  const query = [criteria, ...own].map((text) => (typeOf(text) === '' ? text : text.slice(typeOf(text).length + 1)));
  const all = query.filter((part) => part !== '');
  return all.length === 0 ? type : `${type}?${all.join('&')}`;
}

/** Filters, or names of parameters in them, that the topic does not offer for the type they concern. */
export function foreignFilters({ filters: offered }: Topic, filters: readonly string[]): string[] {
  return filters.flatMap((filter) => {
    const type = typeOf(filter);
    const types = type === '' ? Object.keys(offered) : [type];
    if (type !== '' && offered[type] === undefined) {
      return [filter];
    }
    const names = [...new URLSearchParams(filter.slice(filter.indexOf('?') + 1)).keys()];
    return names.filter((name) => !types.every((each) => offered[each]?.includes(name.split(/[:.]/)[0] ?? '')));
  });
}
