import type { Resource } from '@medplum/fhirtypes';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** Parameters whose value must stand in a matching resource as the id of a reference, or as its own id. */
const BY_ID = new Set([
  '_id',
  'patient',
  'subject',
  'encounter',
  'performer',
  'owner',
  'requester',
  'author',
  'recipient',
  'sender',
  'practitioner',
  'actor',
  'focus',
  'based-on',
  'part-of',
]);
/** Parameters whose value must stand in a matching resource as a `code` or a `value`. */
const BY_CODE = new Set(['code', 'identifier']);

/**
 * Words of which a matching resource must hold at least one, read off the criteria; undefined when nothing cheap can be told.
 * Values with modifiers, chains and escapes are left to the full match.
 */
export function discriminators(criteria: string): string[] | undefined {
  const query = new URLSearchParams(criteria.slice(criteria.indexOf('?') + 1 || criteria.length));
  for (const [name, value] of query) {
    if (value === '' || value.includes('\\')) {
      continue;
    }
    const alternatives = value.split(',');
    if (BY_ID.has(name)) {
      return alternatives.map((alternative) => `id:${alternative.split('/').at(-1)}`);
    }
    const codes = alternatives.map((alternative) => alternative.split('|').at(-1) ?? '');
    if (BY_CODE.has(name) && codes.every((code) => code !== '')) {
      return codes.map((code) => `code:${code.toLowerCase()}`);
    }
  }
  return undefined;
}

/** Every word of a resource that a discriminator can name. */
export function wordsOf(resource: Resource): Set<string> {
  const words = new Set<string>([`id:${resource.id}`]);
  collect(resource, words);
  return words;
}

function collect(value: unknown, words: Set<string>): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  if (Array.isArray(value)) {
    for (const element of value) {
      collect(element, words);
    }
    return;
  }
  for (const [name, element] of Object.entries(value)) {
    if (typeof element === 'object') {
      collect(element, words);
    } else if (typeof element === 'string') {
      addWord(name, element, words);
    }
  }
}

function addWord(name: string, text: string, words: Set<string>): void {
  if (name === 'reference') {
    words.add(`id:${text.split('/_history/')[0]?.split('/').at(-1)}`);
  } else if (name === 'code' || name === 'value') {
    words.add(`code:${text.toLowerCase()}`);
  }
}

/** The active Subscriptions of a tenant, so that a write meets only those that can match. */
export interface CriteriaIndex {
  readonly types: readonly string[];
  candidates(resource: Resource): Iterable<SubscriptionEntry>;
}

interface TypeBucket {
  readonly byWord: Map<string, SubscriptionEntry[]>;
  readonly rest: SubscriptionEntry[];
}

/** Builds the index: by resource type, then by a word that must stand in the resource. */
export function criteriaIndex(entries: Iterable<SubscriptionEntry>): CriteriaIndex {
  const buckets = new Map<string, TypeBucket>();
  for (const entry of entries) {
    const bucket: TypeBucket = buckets.get(entry.type) ?? { byWord: new Map(), rest: [] };
    buckets.set(entry.type, bucket);
    const words = discriminators(entry.criteria);
    if (words === undefined) {
      bucket.rest.push(entry);
      continue;
    }
    for (const word of words) {
      const list = bucket.byWord.get(word);
      if (list === undefined) {
        bucket.byWord.set(word, [entry]);
      } else {
        list.push(entry);
      }
    }
  }
  return {
    types: [...buckets.keys()],
    candidates: (resource) => candidates(buckets.get(resource.resourceType), resource),
  };
}

function candidates(bucket: TypeBucket | undefined, resource: Resource): Iterable<SubscriptionEntry> {
  if (bucket === undefined) {
    return [];
  }
  if (bucket.byWord.size === 0) {
    return bucket.rest;
  }
  const found = new Set<SubscriptionEntry>(bucket.rest);
  for (const word of wordsOf(resource)) {
    for (const entry of bucket.byWord.get(word) ?? []) {
      found.add(entry);
    }
  }
  return found;
}
