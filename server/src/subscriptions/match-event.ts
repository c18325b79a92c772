import { evalFhirPathTyped, toTypedValue } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';
import { accountsOf, type Interaction, type SubscriptionEntry, type Trigger } from './subscription-entry.ts';
import type { QueryCriteria } from './topics.ts';

/** Does a resource of a tenant match search criteria such as `Observation?code=x`? Undefined when it cannot tell alone. */
export type MatchCriteria = (criteria: string, resource: Resource, tenant: number) => boolean | undefined;

/** One change, with the texts parsed. A delete has no current version. */
export interface ChangedResource {
  readonly interaction: Interaction;
  readonly current?: Resource;
  readonly previous?: Resource;
}

/** Does the change match the Subscription? Pure; throws when the criteria cannot be evaluated. */
export function matchEvent(
  entry: SubscriptionEntry,
  change: ChangedResource,
  matches: MatchCriteria,
  now: Date,
): boolean {
  const resource = change.current ?? change.previous;
  return (
    resource !== undefined &&
    (entry.end === undefined || entry.end > now) &&
    (entry.interactions === undefined || entry.interactions.has(change.interaction)) &&
    sharesAccount(entry, resource) &&
    entry.triggers.some((trigger) => meetsTrigger(trigger, entry, change, resource, matches)) &&
    meetsExpression(entry.expression, change)
  );
}

function meetsTrigger(
  { type, interactions, criteria, expression, queries }: Trigger,
  { tenant }: SubscriptionEntry,
  change: ChangedResource,
  resource: Resource,
  matches: MatchCriteria,
): boolean {
  return (
    resource.resourceType === type &&
    (interactions === undefined || interactions.has(change.interaction)) &&
    matches(criteria, resource, tenant) === true &&
    (queries === undefined ||
      meetsQueries(queries, change, (query, version) => matches(`${type}?${query}`, version, tenant) === true)) &&
    meetsExpression(expression, change)
  );
}

function meetsQueries(
  { current, previous, passesOnCreate, passesOnDelete, requireBoth }: QueryCriteria,
  change: ChangedResource,
  matches: (query: string, version: Resource) => boolean,
): boolean {
  const before = change.interaction === 'create' ? undefined : change.previous;
  const results = [
    ...(current === undefined ? [] : [change.current ? matches(current, change.current) : passesOnDelete]),
    ...(previous === undefined ? [] : [before ? matches(previous, before) : passesOnCreate]),
  ];
  return results.length === 0 || (requireBoth ? results.every(Boolean) : results.some(Boolean));
}

function sharesAccount(entry: SubscriptionEntry, resource: Resource): boolean {
  return entry.accounts.length === 0 || accountsOf(resource).some((account) => entry.accounts.includes(account));
}

function meetsExpression(expression: string | undefined, { current, previous }: ChangedResource): boolean {
  if (expression === undefined) {
    return true;
  }
  const focus = toTypedValue(current ?? {});
  const variables = { '%current': focus, '%previous': toTypedValue(previous ?? {}) };
  return evalFhirPathTyped(expression, [focus], variables)[0]?.value === true;
}

/** The patient a resource is about: the resource itself, or its `subject`, `patient` or `for`; undefined when there is none. */
export function patientOf(resource: Resource): string | undefined {
  if (resource.resourceType === 'Patient') {
    return `Patient/${resource.id}`;
  }
  const fields = resource as { subject?: unknown; patient?: unknown; for?: unknown };
  for (const field of [fields.subject, fields.patient, fields.for]) {
    const reference = (field as { reference?: unknown } | undefined)?.reference;
    if (typeof reference === 'string' && reference.startsWith('Patient/')) {
      return reference;
    }
  }
  return undefined;
}
