import { parseFhirPath } from '@medplum/core';
import type { Subscription } from '@medplum/fhirtypes';
import { type AccessGrant, ADMIN_TYPES, decide, PLATFORM_TYPES } from '../access/index.ts';
import { FhirError, hasSafePatterns, type Issue } from '../fhir/index.ts';
import { OutboundRefused } from '../outbound/index.ts';
import type { WriteGuard } from '../repository/index.ts';
import type { ClinicTopic } from './clinic-topic.ts';
import { expressionOf, medplumExtensions, statusRanges } from './medplum-extensions.ts';
import { backportExtension, channelOf, extensionsBeside, filtersOf, triggersOf } from './subscription-entry.ts';
import { foreignFilters, isTopicUrl, type Topic, topics } from './topics.ts';

export interface SubscriptionGuardOptions {
  /** Can the resource itself tell whether it fulfils such criteria? @throws FhirError when the search cannot answer them. */
  readonly checkCriteria: (criteria: string, tenant: number) => boolean;
  /** @throws OutboundRefused when nothing may be sent to such a URL: an address inside, http in production. */
  readonly checkEndpoint: (url: string) => void;
  /** Is there a mail service? */
  readonly mail: boolean;
  /** A topic that the clinic defined. */
  readonly findTopic: (tenant: number, url: string) => Promise<ClinicTopic | undefined>;
  /** Is there such a Bot? */
  readonly hasBot: (tenant: number, bot: string) => Promise<boolean>;
}

interface Problem {
  readonly key: string;
  readonly text: string;
  readonly path: string;
}

/** Mime types a notification can have. */
const PAYLOAD = /^application\/(?:fhir\+json|json)(?:\s*;.*)?$/;
/** A mail is a notice in plain text, whatever else is asked for. */
const MAIL_PAYLOAD = /^(?:text\/plain|application\/(?:fhir\+json|json))(?:\s*;.*)?$/;
const MOST_SECONDS = 7 * 24 * 3600;

/**
 * Refuses a Subscription that is to work, but asks for what this server does not do: nothing is accepted that would then be
 * silently ignored. One that is off or in error is left as it is.
 * @throws FhirError 422 that names every problem.
 */
export function subscriptionGuard(options: SubscriptionGuardOptions): WriteGuard {
  return async ({ context: { tenant }, grant, after, isPart }) => {
    if (after.resourceType === 'Subscription' && (after.status === 'requested' || after.status === 'active')) {
      const topic = await topicOf(after, options, tenant);
      const problems = [
        ...channelProblems(after, options),
        ...(await botProblems(after, options, tenant, isPart)),
        ...backportProblems(after),
        ...criteriaProblems(after, topic, options, tenant),
        ...readingProblems(after, topic, grant),
        ...medplumProblems(after),
      ];
      if (problems.length > 0) {
        throw new FhirError(422, problems.map(toIssue));
      }
    }
    return after;
  };
}

function toIssue({ key, text, path }: Problem): Issue {
  return { severity: 'error', code: 'not-supported', key, text, expression: `Subscription.${path}` };
}

function channelProblems(subscription: Subscription, { mail, checkEndpoint }: SubscriptionGuardOptions): Problem[] {
  const { type, endpoint = '', payload } = subscription.channel;
  const problems: Problem[] = [];
  const add = (key: string, text: string, path: string): number => problems.push({ key, text, path });
  if (type === 'email') {
    if (!mail) {
      add('no-mail', 'This server has no mail service', 'channel.type');
    }
    if (!/^mailto:[^\s@,;:<>"]+@[^\s@,;:<>"]+$/.test(endpoint)) {
      add('mail-endpoint', 'The endpoint of channel email must be mailto: with one address', 'channel.endpoint');
    }
  } else if (channelOf(subscription) === undefined) {
    add('channel', 'The channel must be rest-hook with an endpoint, websocket or email', 'channel.type');
  } else if (type === 'rest-hook' && channelOf(subscription)?.bot === undefined) {
    const refusal = isWebAddress(endpoint)
      ? refusedBy(checkEndpoint, endpoint)
      : 'it must be an http or https URL, or Bot/id';
    if (refusal !== undefined) {
      add('endpoint', `The endpoint of channel rest-hook is refused: ${refusal}`, 'channel.endpoint');
    }
  }
  if (payload !== undefined && !(type === 'email' ? MAIL_PAYLOAD : PAYLOAD).test(payload)) {
    add('payload', 'The payload must be application/fhir+json or application/json', 'channel.payload');
  }
  return problems;
}

/** A Bot that the same transaction brings cannot be seen yet. */
async function botProblems(
  subscription: Subscription,
  { hasBot }: SubscriptionGuardOptions,
  tenant: number,
  isPart: boolean,
): Promise<Problem[]> {
  const bot = channelOf(subscription)?.bot;
  return bot === undefined || isPart || (await hasBot(tenant, bot))
    ? []
    : [{ key: 'bot', text: 'There is no such Bot', path: 'channel.endpoint' }];
}

async function topicOf(
  { criteria }: Subscription,
  { findTopic }: SubscriptionGuardOptions,
  tenant: number,
): Promise<Topic | undefined> {
  return topics.get(criteria) ?? (isTopicUrl(criteria) ? (await findTopic(tenant, criteria))?.topic : undefined);
}

/** Why nothing may be sent to the address; undefined when it may, as far as the address itself tells. */
function refusedBy(check: (url: string) => void, endpoint: string): string | undefined {
  try {
    check(endpoint);
    return undefined;
  } catch (error) {
    if (!(error instanceof OutboundRefused)) {
      throw error;
    }
    return `${error.message}, and OUTBOUND_ALLOW does not name it`;
  }
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).username === '';
}

function backportProblems({ channel }: Subscription): Problem[] {
  const problems: Problem[] = [];
  for (const { url, valueCode = '' } of extensionsBeside(channel, 'payload')) {
    if (url === backportExtension.content && !/^(?:empty|id-only|full-resource)$/.test(valueCode)) {
      const text = 'The payload content must be empty, id-only or full-resource';
      problems.push({ key: 'payload-content', text, path: 'channel.payload' });
    }
  }
  if (extensionsBeside(channel, 'type').some(({ url }) => url === backportExtension.channelType)) {
    problems.push({ key: 'channel-type', text: 'Channels of other kinds are not served', path: 'channel.type' });
  }
  for (const { url, valueUnsignedInt, valuePositiveInt, valueInteger } of channel.extension ?? []) {
    const value = valueUnsignedInt ?? valuePositiveInt ?? valueInteger ?? 0;
    const least = url === backportExtension.heartbeat ? 5 : 1;
    if (Object.values<string>(backportExtension).includes(url) && (value < least || value > MOST_SECONDS)) {
      const text = `${url.split('/').at(-1)} must be from ${least} to ${MOST_SECONDS}`;
      problems.push({ key: 'period', text, path: 'channel' });
    }
  }
  return problems;
}

function criteriaProblems(
  subscription: Subscription,
  topic: Topic | undefined,
  options: SubscriptionGuardOptions,
  tenant: number,
): Problem[] {
  const { criteria } = subscription;
  if (topic !== undefined) {
    const foreign = foreignFilters(topic, filtersOf(subscription)).map((name) => ({
      key: 'filter',
      text: `The topic has no filter '${name.slice(0, 60)}'`,
      path: 'criteria',
    }));
    return foreign.length > 0
      ? foreign
      : triggersOf(subscription, topic).flatMap((trigger) => unmatchable(trigger.criteria, options, tenant));
  }
  if (isTopicUrl(criteria)) {
    return [{ key: 'topic', text: 'This server does not serve that topic', path: 'criteria' }];
  }
  if (filtersOf(subscription).length > 0) {
    return [{ key: 'filter', text: 'Filters belong to a topic, and the criteria name none', path: 'criteria' }];
  }
  return unmatchable(criteria, options, tenant, asksForDeletes(subscription));
}

/** Types of which nobody is told: those of the platform are of no clinic, and the audit is read where it is kept. */
const UNTOLD = new Set([...PLATFORM_TYPES, 'AuditEvent']);

/**
 * What steers access is told to those only who may read it. Of other types nothing is sent to whom may not read them when it
 * would be sent: he may be permitted later.
 */
function readingProblems(subscription: Subscription, topic: Topic | undefined, grant: AccessGrant): Problem[] {
  const criteria = topic?.triggers ?? [{ criteria: isTopicUrl(subscription.criteria) ? '' : subscription.criteria }];
  const types = new Set(criteria.map((trigger) => trigger.criteria.split('?')[0] ?? '').filter((type) => type !== ''));
  const told = [...types].filter(
    (type) => !UNTOLD.has(type) && (!ADMIN_TYPES.has(type) || decide(grant, type, 'read') !== 'none'),
  );
  return types.size === 0 || told.length > 0
    ? []
    : [{ key: 'criteria-type', text: 'You may not be told of such resources', path: 'criteria' }];
}

function asksForDeletes(subscription: Subscription): boolean {
  return medplumExtensions(subscription, 'subscription-supported-interaction').some(
    ({ valueCode }) => valueCode === 'delete',
  );
}

/** What was deleted is found by no search any more: only its own text can tell whether it fulfilled the criteria. */
function unmatchable(criteria: string, options: SubscriptionGuardOptions, tenant: number, deletes = false): Problem[] {
  try {
    const tellsItself = options.checkCriteria(criteria, tenant);
    const text = 'Deletes can be matched by what the resource itself says only: no chains, _has or value sets';
    return deletes && !tellsItself ? [{ key: 'criteria', text, path: 'criteria' }] : [];
  } catch (error) {
    if (!(error instanceof FhirError)) {
      throw error;
    }
    const reason = error.outcome.issue[0]?.details?.text ?? 'not understood';
    return [{ key: 'criteria', text: `The criteria cannot be matched: ${reason}`, path: 'criteria' }];
  }
}

/** What Medplum's extensions ask for. @see https://www.medplum.com/docs/subscriptions/subscription-extensions */
function medplumProblems(subscription: Subscription): Problem[] {
  const problems: Problem[] = [];
  const add = (text: string): number => problems.push({ key: 'extension', text, path: 'extension' });
  const expression = expressionOf(subscription);
  if (expression !== undefined && !isFhirPath(expression)) {
    add('The FHIRPath expression is not understood');
  } else if (expression !== undefined && !hasSafePatterns(expression)) {
    add(
      'The FHIRPath expression holds a pattern that may take too long: no repeated groups, three repetitions at most',
    );
  }
  for (const { valueCode = '' } of medplumExtensions(subscription, 'subscription-supported-interaction')) {
    if (!/^(?:create|update|delete)$/.test(valueCode)) {
      add('The supported interaction must be create, update or delete');
    }
  }
  for (const { valueInteger = 0 } of medplumExtensions(subscription, 'subscription-max-attempts')) {
    if (valueInteger < 1) {
      add('The number of attempts must be 1 or more');
    }
  }
  for (const { valueString = '' } of medplumExtensions(subscription, 'subscription-success-codes')) {
    if (statusRanges(valueString) === undefined) {
      add('Success codes must be HTTP statuses and ranges with commas, such as 200,201,410-412');
    }
  }
  return problems;
}

/** Is the text a FHIRPath expression? */
export function isFhirPath(text: string): boolean {
  try {
    parseFhirPath(text);
    return text.trim() !== '';
  } catch {
    return false;
  }
}
