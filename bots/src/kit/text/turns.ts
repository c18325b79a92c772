import { areTurns, spokenLines } from '@mindbridge/fhir-profiles';
import type { Span } from './tokens.ts';

/** One turn of a conversation. The tag is what the transcript says; it may be wrong. */
export interface Turn extends Span {
  /** 1-based number. */
  readonly number: number;
  /** In lower case; empty when nothing tells. */
  readonly speaker: string;
  readonly text: string;
}

/** A transcript as the server keeps it: each line `[speaker] words`. */
const KEPT = /^\[([^\]\n]{1,40})\][ \t]*/gm;
const LABELLED = /^\s*(?:\[(?!(?:\d+:)+\d)[^\]\n]{1,40}\][^\n]*(?:\n|$)\s*)+$/;

interface Head {
  readonly speaker: string;
  readonly start: number;
  readonly end: number;
}

function keptHeads(transcript: string): Head[] {
  const heads = Array.from(transcript.matchAll(KEPT));
  return heads.map((head, i) => ({
    speaker: head[1] ?? '',
    start: head.index + head[0].length,
    end: heads[i + 1]?.index ?? transcript.length,
  }));
}

function pastedHeads(transcript: string): Head[] {
  const lines = spokenLines(transcript);
  const isLabelled = lines.some(({ speaker }) => speaker !== undefined);
  const each = areTurns(transcript, lines);
  const heads: Head[] = [];
  for (const { speaker, start, end } of lines) {
    const last = heads.at(-1);
    const isNew =
      !last ||
      speaker !== undefined ||
      (!isLabelled && (each || /[.?!]["'’)]?\s*$/.test(transcript.slice(last.start, last.end))));
    if (isNew) {
      heads.push({ speaker: speaker ?? '', start, end });
    } else {
      heads[heads.length - 1] = { ...last, end };
    }
  }
  return heads;
}

/** Splits a transcript into turns, by its labels; without any, each line that follows a full stop is one. */
export function turns(transcript: string): Turn[] {
  const heads = LABELLED.test(transcript) ? keptHeads(transcript) : pastedHeads(transcript);
  const found = heads.map(({ speaker, start, end }, i): Turn => {
    const text = transcript.slice(start, end).trimEnd();
    const name = speaker.toLowerCase();
    return { number: i + 1, speaker: name === 'speaker' ? '' : name, text, start, end: start + text.length };
  });
  return found.length > 0 ? found : [{ number: 1, speaker: '', text: transcript, start: 0, end: transcript.length }];
}
