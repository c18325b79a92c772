import type { Basic } from '@medplum/fhirtypes';
import { FhirError, hasSafePatterns } from '../fhir/index.ts';
import type { WriteGuard } from '../repository/index.ts';
import { type ClinicTopic, clinicTopic, isTopic, topicElements } from './clinic-topic.ts';
import { isFhirPath } from './subscription-guard.ts';
import { type TopicTrigger, topics } from './topics.ts';

export interface TopicGuardOptions {
  /** Can the resource itself tell whether it fulfils such criteria? @throws FhirError when the search cannot answer them. */
  readonly checkCriteria: (criteria: string, tenant: number) => boolean;
  /** A topic that the clinic defined. */
  readonly findTopic: (tenant: number, url: string) => Promise<{ readonly id: string } | undefined>;
}

/**
 * Refuses a topic of a clinic that nobody could subscribe to: without an address or a trigger, with searches that the two versions
 * alone cannot answer, or by events, which R5 names by codes that this server does not raise.
 * @throws FhirError 422 that names every problem.
 */
export function topicGuard(options: TopicGuardOptions): WriteGuard {
  return async ({ context: { tenant }, after }) => {
    const found = isTopic(after) && isActive(after) ? (clinicTopic(after) ?? 'no-url') : undefined;
    if (found !== undefined) {
      const problems =
        found === 'no-url' ? ['The topic has no url'] : await problemsOf(after as Basic, found, tenant, options);
      if (problems.length > 0) {
        throw new FhirError(
          422,
          problems.map((text) => ({
            severity: 'error',
            code: 'not-supported',
            key: 'topic',
            text,
            expression: 'Basic',
          })),
        );
      }
    }
    return after;
  };
}

function isActive(resource: Basic): boolean {
  const [status] = topicElements(resource).get('status') ?? [];
  return (status?.valueCode ?? 'active') === 'active';
}

async function problemsOf(
  resource: Basic,
  { url, topic }: ClinicTopic,
  tenant: number,
  { findTopic, checkCriteria }: TopicGuardOptions,
): Promise<string[]> {
  const elements = topicElements(resource);
  const other = topics.has(url) ? { id: '' } : await findTopic(tenant, url);
  return [
    ...(/^(?:https?:|urn:)\S+$/.test(url) ? [] : ['The url of a topic must begin with http:, https: or urn:']),
    ...(other === undefined || other.id === resource.id ? [] : ['There is another topic with that url']),
    ...(elements.has('eventTrigger') ? ['Topics with an eventTrigger are not served'] : []),
    ...(topic.triggers.length > 0 ? [] : ['The topic has no resourceTrigger that names a resource type']),
    ...topic.triggers.flatMap((trigger) => problemsOfTrigger(trigger, (criteria) => checkCriteria(criteria, tenant))),
  ];
}

function problemsOfTrigger(
  { criteria: type, expression, queries }: TopicTrigger,
  check: (criteria: string) => boolean,
): string[] {
  const searches = [queries?.current, queries?.previous].filter((query) => query !== undefined);
  const unsafe = expression !== undefined && !(isFhirPath(expression) && hasSafePatterns(expression));
  return [
    ...(unsafe ? ['The fhirPathCriteria are not understood, or may take too long'] : []),
    ...[type, ...searches.map((query) => `${type}?${query}`)].flatMap((criteria) => unanswerable(criteria, check)),
  ];
}

function unanswerable(criteria: string, check: (criteria: string) => boolean): string[] {
  try {
    return check(criteria)
      ? []
      : ['The queryCriteria must be told by the resource itself: no chains, _has or value sets'];
  } catch (error) {
    if (!(error instanceof FhirError)) {
      throw error;
    }
    return [`The trigger cannot be matched: ${error.outcome.issue[0]?.details?.text ?? 'not understood'}`];
  }
}
