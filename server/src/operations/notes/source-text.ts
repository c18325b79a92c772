import type { Resource } from '@medplum/fhirtypes';
import type { Support } from './note-evidence.ts';
import { sha256 } from './sha256.ts';
import type { TranscriptTurn } from './transcript-text.ts';

/** A version that a note may quote, as it stands in the repository. */
export type SourceText =
  | { readonly kind: 'transcript'; readonly text: string; readonly turns: readonly TranscriptTurn[] }
  | { readonly kind: 'record'; readonly resource: Resource };

/** The sources of a note by their versioned references; one that is not there, or is not what it was, has no entry. */
export type SourceTexts = ReadonlyMap<string, SourceText>;

/** The text of an element, such as `valueQuantity.value`; undefined when it has none. */
function textAt(resource: Resource, path: string): string | undefined {
  let value: unknown = resource;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** The turn of a transcript in which a span lies, when it is the one that the support names. */
export function turnOf(source: SourceText | undefined, support: Support): TranscriptTurn | undefined {
  const turn = source?.kind === 'transcript' ? source.turns.find((each) => each.turn === support.turn) : undefined;
  return turn && turn.start <= support.start && support.end <= turn.end ? turn : undefined;
}

function quotedText(source: SourceText, support: Support): string | undefined {
  if (source.kind === 'transcript') {
    return support.path === undefined && turnOf(source, support) ? source.text : undefined;
  }
  return support.turn === undefined && support.path !== undefined ? textAt(source.resource, support.path) : undefined;
}

/** Does a support still hold: its source is there, and the span says the quote, and the quote has the hash? */
export function resolves(sources: SourceTexts, support: Support): boolean {
  const { source, start, end, quote, sha256: hash } = support;
  const found = sources.get(source);
  const text = found && quotedText(found, support);
  return text !== undefined && start < end && text.slice(start, end) === quote && sha256(quote) === hash;
}
