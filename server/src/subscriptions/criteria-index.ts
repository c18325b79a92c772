import type { Resource } from '@medplum/fhirtypes';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** Parameters whose value must stand in a matching resource as the id of a reference, or as its own id. */
const BY_ID = new Set([
  ...['_id', 'patient', 'subject', 'encounter', 'performer', 'owner', 'requester', 'author', 'recipient', 'sender'],
  ...['practitioner', 'actor', 'focus', 'based-on', 'part-of', 'general-practitioner', 'participant', 'location'],
]);
/** Parameters whose value must stand in a matching resource as a `code` or a `value`: few resources share it. */
const BY_CODE = new Set(['code', 'identifier']);
/** The same, but many resources share it. */
const BY_KIND = new Set(['category', 'type', 'class', 'service-type', 'reason-code']);

interface Discriminators {
  /** The lower, the fewer resources hold one of the words. */
  readonly rank: number;
  readonly words: string[];
}

/**
 * Words of which a matching resource must hold at least one, read off the criteria; undefined when nothing cheap can be told.
 * Values with modifiers, chains and escapes are left to the full match.
 */
export function discriminators(criteria: string): string[] | undefined {
  const query = new URLSearchParams(criteria.slice(criteria.indexOf('?') + 1 || criteria.length));
  const found = [...query].map(([name, value]) => wordsFor(name, value)).filter((words) => words !== undefined);
  return found.sort((a, b) => a.rank - b.rank)[0]?.words;
}

function wordsFor(name: string, value: string): Discriminators | undefined {
  if (value === '' || value.includes('\\')) {
    return undefined;
  }
  const alternatives = value.split(',');
  if (BY_ID.has(name)) {
    return { rank: 0, words: alternatives.map((alternative) => `id:${alternative.split('/').at(-1)}`) };
  }
  const codes = alternatives.map((alternative) => alternative.split('|').at(-1) ?? '');
  const rank = BY_CODE.has(name) ? 1 : BY_KIND.has(name) ? 2 : undefined;
  const isUsable = rank !== undefined && codes.every((code) => code !== '');
  return isUsable ? { rank, words: codes.map((code) => `code:${code.toLowerCase()}`) } : undefined;
}

/** Every word of a resource that a discriminator can name. */
export function wordsOf(resource: Resource): Set<string> {
  const words = new Set<string>([`id:${resource.id}`]);
  collect(resource, words);
  return words;
}

function collect(value: unknown, words: Set<string>, name = ''): void {
  if (typeof value === 'string') {
    addWord(name, value, words);
  } else if (Array.isArray(value)) {
    for (const element of value) {
      collect(element, words, name);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [inner, element] of Object.entries(value)) {
      collect(element, words, inner);
    }
  }
}

/** Elements whose text a token can ask for: parts of a coding or an identifier, and plain codes. */
const CODED = new Set(['code', 'value', 'category', 'type', 'class']);

function addWord(name: string, text: string, words: Set<string>): void {
  if (name === 'reference') {
    words.add(`id:${text.split('/_history/')[0]?.split('/').at(-1)}`);
  } else if (CODED.has(name)) {
    words.add(`code:${text.toLowerCase()}`);
  }
}

interface TypeBucket {
  readonly byWord: Map<string, Set<SubscriptionEntry>>;
  readonly rest: Set<SubscriptionEntry>;
}

/**
 * The active Subscriptions of a tenant by resource type, then by a word that must stand in the resource: a write meets only
 * those that can match, and a change of one Subscription touches only its own place.
 */
export class CriteriaIndex {
  private readonly buckets = new Map<string, TypeBucket>();

  constructor(entries: Iterable<SubscriptionEntry> = []) {
    for (const entry of entries) {
      this.add(entry);
    }
  }

  add(entry: SubscriptionEntry): void {
    for (const { type, criteria } of entry.triggers) {
      const bucket: TypeBucket = this.buckets.get(type) ?? { byWord: new Map(), rest: new Set() };
      this.buckets.set(type, bucket);
      const words = discriminators(criteria);
      if (words === undefined) {
        bucket.rest.add(entry);
        continue;
      }
      for (const word of words) {
        const set = bucket.byWord.get(word) ?? new Set();
        bucket.byWord.set(word, set.add(entry));
      }
    }
  }

  remove(entry: SubscriptionEntry): void {
    for (const { type, criteria } of entry.triggers) {
      const bucket = this.buckets.get(type);
      bucket?.rest.delete(entry);
      for (const word of discriminators(criteria) ?? []) {
        const set = bucket?.byWord.get(word);
        set?.delete(entry);
        if (set?.size === 0) {
          bucket?.byWord.delete(word);
        }
      }
    }
  }

  /** Those that can match the resource; whether they do is another question. */
  candidates(resource: Resource): Iterable<SubscriptionEntry> {
    const bucket = this.buckets.get(resource.resourceType);
    if (bucket === undefined) {
      return [];
    }
    if (bucket.byWord.size === 0) {
      return bucket.rest;
    }
    const found = new Set(bucket.rest);
    for (const word of wordsOf(resource)) {
      for (const entry of bucket.byWord.get(word) ?? []) {
        found.add(entry);
      }
    }
    return found;
  }
}
