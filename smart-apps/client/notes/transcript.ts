import type { DocumentReference } from '@medplum/fhirtypes';
import { documentFormatCoding, extensionUrl } from '@mindbridge/fhir-profiles';
import { contentOf, inlineJson } from './attachment-text.ts';
import { list, number, record, text } from './loose.ts';

/** What one speaker said; its words lie at `start` to `end` of the canonical text. */
export interface Turn {
  readonly turn: number;
  readonly speaker: string;
  readonly start: number;
  readonly end: number;
  readonly words: string;
  /** Seconds in the recording. */
  readonly audioStart?: number;
  readonly audioEnd?: number;
}

/** A transcript as the screens show it. */
export interface Transcript {
  readonly id: string;
  /** Such as `DocumentReference/t1`. */
  readonly reference: string;
  readonly turns: readonly Turn[];
  /** Made by the simulator of speech-to-text. */
  readonly simulated: boolean;
  readonly date?: string;
  /** Id of the DocumentReference that holds the sound, where it was kept. */
  readonly recording?: string;
}

/** Where the canonical text of a transcript is. */
export function transcriptUrl(document: DocumentReference): string | undefined {
  return contentOf(document, documentFormatCoding.transcript.code)?.attachment.url;
}

function turn(value: unknown, words: string): Turn {
  const given = record(value);
  const [start, end] = [number(given.start) ?? 0, number(given.end) ?? 0];
  return {
    turn: number(given.turn) ?? 0,
    speaker: text(given.speaker) || 'Unknown speaker',
    start,
    end,
    words: words.slice(start, end),
    audioStart: number(given.audioStart),
    audioEnd: number(given.audioEnd),
  };
}

/** The turns of a transcript, with the words out of its canonical text. */
export function transcript(document: DocumentReference, words: string): Transcript {
  const { turns } = record(inlineJson(document, documentFormatCoding.transcriptTurns.code));
  return {
    id: document.id ?? '',
    reference: `DocumentReference/${document.id ?? ''}`,
    turns: list(turns).map((each) => turn(each, words)),
    simulated: document.extension?.some((one) => one.url === extensionUrl.simulated && one.valueBoolean) ?? false,
    date: document.date,
    recording: document.context?.related?.flatMap(
      (one) => one.reference?.match(/^DocumentReference\/([^/]+)/)?.[1] ?? [],
    )[0],
  };
}

/** "3:07" of 187 seconds. */
export function soundTime(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
