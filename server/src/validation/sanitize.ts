import { sanitizeNarrative } from './narrative.ts';

type Json = Record<string, unknown>;

/**
 * Sanitises every narrative of a resource: its own, those of contained and bundled resources and of the sections of a
 * Composition. Returns the very same object when nothing changed; the given one is never altered.
 */
export function sanitize<T extends object>(resource: T): T {
  return sanitizeRecord(resource as Json, 0) as T;
}

/** Properties in which a narrative may lie, by what is in them. */
const NESTED = ['contained', 'section', 'entry', 'parameter', 'part'] as const;
const MAX_DEPTH = 1000;

function sanitizeRecord(record: Json, depth: number): Json {
  let clean = record;
  const text = record.text;
  if (isJson(text) && typeof text.div === 'string') {
    const div = sanitizeNarrative(text.div);
    if (div !== text.div) {
      clean = { ...clean, text: { ...text, div } };
    }
  }
  if (depth >= MAX_DEPTH) {
    return clean;
  }
  for (const name of NESTED) {
    const list = record[name];
    if (Array.isArray(list)) {
      const cleaned = sanitizeList(list, depth + 1);
      clean = cleaned === list ? clean : { ...clean, [name]: cleaned };
    }
  }
  if (isJson(record.resource)) {
    const cleaned = sanitizeRecord(record.resource, depth + 1);
    clean = cleaned === record.resource ? clean : { ...clean, resource: cleaned };
  }
  return clean;
}

function sanitizeList(list: unknown[], depth: number): unknown[] {
  let clean = list;
  for (let i = 0; i < list.length; i++) {
    const item: unknown = list[i];
    const cleaned = isJson(item) ? sanitizeRecord(item, depth) : item;
    if (cleaned !== item) {
      clean = clean === list ? [...list] : clean;
      clean[i] = cleaned;
    }
  }
  return clean;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
