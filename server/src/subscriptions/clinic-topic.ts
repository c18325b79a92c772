import type { Basic, Extension } from '@medplum/fhirtypes';
import type { Queryable } from '../database/index.ts';
import type { StoredResource } from '../fhir/index.ts';
import type { QueryCriteria, Topic, TopicTrigger } from './topics.ts';

/** Elements of R5's SubscriptionTopic as extensions of an R4 resource; the backport's own examples mix both releases. */
const ELEMENT = /^http:\/\/hl7\.org\/fhir\/[45]\.\d\/StructureDefinition\/extension-SubscriptionTopic\.(\w+)$/;
const TYPES = 'http://hl7.org/fhir/fhir-types';
const RESOURCE = /^(?:http:\/\/hl7\.org\/fhir\/StructureDefinition\/)?([A-Z][A-Za-z]+)$/;

/** A topic that a clinic defined. */
export interface ClinicTopic {
  readonly url: string;
  readonly topic: Topic;
}

/** Is the resource a SubscriptionTopic, as R4 has it? @see https://hl7.org/fhir/uv/subscriptions-backport/topic-discovery.html */
export function isTopic(resource: { readonly resourceType: string; readonly code?: unknown }): resource is Basic {
  return (
    resource.resourceType === 'Basic' &&
    ((resource as Basic).code.coding ?? []).some(({ system, code }) => system === TYPES && code === 'SubscriptionTopic')
  );
}

/** The elements of the topic that the resource holds, by name. */
export function topicElements({ extension = [], modifierExtension = [] }: Basic): Map<string, Extension[]> {
  const named = [...extension, ...modifierExtension].map((each) => ({ name: ELEMENT.exec(each.url)?.[1] ?? '', each }));
  const groups = Map.groupBy(named, ({ name }) => name);
  return new Map([...groups].map(([name, found]) => [name, found.map(({ each }) => each)]));
}

/** Takes a topic apart; undefined when it has no address, or is a draft or retired. */
export function clinicTopic(resource: Basic): ClinicTopic | undefined {
  const elements = topicElements(resource);
  const url = textOf(elements.get('url')?.[0]);
  const status = textOf(elements.get('status')?.[0]) ?? 'active';
  if (url === undefined || status !== 'active') {
    return undefined;
  }
  const triggers = (elements.get('resourceTrigger') ?? []).flatMap(triggerOf);
  return { url, topic: { triggers, filters: filtersOf(elements.get('canFilterBy') ?? [], triggers) } };
}

function textOf(extension: Extension | undefined): string | undefined {
  return extension?.valueString ?? extension?.valueUri ?? extension?.valueCode ?? extension?.valueCanonical;
}

function partsOf({ extension = [] }: Extension, name: string): Extension[] {
  return extension.filter(({ url }) => url === name);
}

function partText(extension: Extension, name: string): string | undefined {
  return textOf(partsOf(extension, name)[0]);
}

/** The resource type that a trigger or a filter is about. */
function typeOf(extension: Extension): string | undefined {
  return RESOURCE.exec(partText(extension, 'resource') ?? '')?.[1];
}

function triggerOf(extension: Extension): TopicTrigger[] {
  const type = typeOf(extension);
  const interactions = partsOf(extension, 'supportedInteraction')
    .map(textOf)
    .filter((text) => text === 'create' || text === 'update' || text === 'delete');
  const expression = partText(extension, 'fhirPathCriteria');
  const [queries] = partsOf(extension, 'queryCriteria').map(queriesOf);
  return type === undefined
    ? []
    : [
        {
          criteria: type,
          ...(interactions.length > 0 && { interactions }),
          ...(expression !== undefined && { expression }),
          ...(queries !== undefined && { queries }),
        },
      ];
}

function queriesOf(extension: Extension): QueryCriteria {
  const [current, previous] = [partText(extension, 'current'), partText(extension, 'previous')];
  return {
    ...(current !== undefined && { current }),
    ...(previous !== undefined && { previous }),
    passesOnCreate: partText(extension, 'resultForCreate') === 'test-passes',
    passesOnDelete: partText(extension, 'resultForDelete') === 'test-passes',
    requireBoth: partsOf(extension, 'requireBoth')[0]?.valueBoolean === true,
  };
}

/** A filter that names no type may be used for all types of the topic. */
function filtersOf(extensions: readonly Extension[], triggers: readonly TopicTrigger[]): Topic['filters'] {
  const filters: Record<string, string[]> = Object.fromEntries(triggers.map(({ criteria }) => [criteria, []]));
  for (const extension of extensions) {
    const own = typeOf(extension);
    for (const type of own === undefined ? Object.keys(filters) : [own]) {
      filters[type]?.push(partText(extension, 'filterParameter') ?? '');
    }
  }
  return filters;
}

/** The topic in a stored version; undefined when it holds none that can be subscribed to. */
export function storedTopic({ type, deleted, json }: StoredResource): ClinicTopic | undefined {
  const resource = type === 'Basic' && !deleted ? (JSON.parse(json) as Basic) : undefined;
  return resource !== undefined && isTopic(resource) ? clinicTopic(resource) : undefined;
}

/** What a resource must hold in its text to be a topic: few resources do. */
export const TOPIC_TEXT = '%SubscriptionTopic%';

/** Finds a topic of a clinic by its canonical URL. */
export async function findClinicTopic(
  database: Queryable,
  tenant: number,
  url: string,
): Promise<(ClinicTopic & { readonly id: string }) | undefined> {
  const rows = await database.query<{ id: string; content: string }>({
    name: 'subscription:topics',
    text: `SELECT id, content FROM resource WHERE tenant = $1 AND type = 'Basic' AND NOT deleted AND content LIKE $2 ORDER BY rid`,
    values: [tenant, TOPIC_TEXT],
  });
  return rows
    .map(({ id, content }) => ({ id, resource: JSON.parse(content) as Basic }))
    .filter(({ resource }) => isTopic(resource))
    .map(({ id, resource }) => ({ id, ...clinicTopic(resource) }))
    .find((found): found is ClinicTopic & { readonly id: string } => found.url === url);
}
