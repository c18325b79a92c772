import type { EngineIdentity, Prompt } from '../kit/index.ts';
import { sha256 } from '../kit/sha256.ts';
import type { Finding } from '../kit/validate/finding.ts';
import type { NoteText, PlacedSentence } from './note-text.ts';

/** What the evidence of a note is made of. */
export interface EvidenceInput {
  readonly note: NoteText;
  readonly engine: EngineIdentity;
  /** The prompt, when a model wrote the sentences. */
  readonly prompt?: Prompt;
  /** Versioned reference of the transcript. */
  readonly transcript: string;
  /** What the validator says of each sentence, by its id. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
}

/** Words behind a sentence: a span of the transcript, or a value of the record. */
interface EvidenceSupport {
  readonly source: string;
  readonly turn?: number;
  readonly path?: string;
  readonly start: number;
  readonly end: number;
  readonly quote: string;
  readonly sha256: string;
}

/** The evidence attachment of a note: where each of its sentences comes from, word for word. Spans are UTF-16, half-open. */
export function evidenceOf(input: EvidenceInput): Readonly<Record<string, unknown>> {
  const { note, engine, prompt, findings } = input;
  return {
    version: 1,
    template: note.template,
    engine: { name: engine.name, version: engine.version },
    ...(prompt && { prompt: { id: prompt.id, version: prompt.version, sha256: prompt.hash } }),
    sections: note.sections.map(({ section }) => ({ code: section.code, title: section.title })),
    sentences: note.sections.flatMap(({ section, sentences }) =>
      sentences.map((sentence) => ({
        sentenceId: sentence.id,
        section: section.code,
        start: sentence.start,
        end: sentence.end,
        text: sentence.text,
        origin: 'ai',
        verdict: verdictOf(findings.get(sentence.id) ?? []),
        support: supportsOf(sentence, input.transcript),
      })),
    ),
  };
}

function verdictOf(findings: readonly Finding[]): 'supported' | 'warned' | 'blocked' {
  if (findings.length === 0) {
    return 'supported';
  }
  return findings.some((each) => each.severity === 'block') ? 'blocked' : 'warned';
}

function supportsOf({ support, records = [] }: PlacedSentence, transcript: string): EvidenceSupport[] {
  return [
    ...support.map(({ turn, start, end, quote }) => ({
      source: transcript,
      turn,
      start,
      end,
      quote,
      sha256: sha256(quote),
    })),
    ...records.map(({ source, path, quote }) => ({
      source,
      path,
      start: 0,
      end: quote.length,
      quote,
      sha256: sha256(quote),
    })),
  ];
}
