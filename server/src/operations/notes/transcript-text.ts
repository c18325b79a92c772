import { areTurns, spokenLines } from '@mindbridge/fhir-profiles';
import { z } from 'zod';

const turnSchema = z.strictObject({
  turn: z.int().min(1),
  speaker: z.string(),
  start: z.int().min(0),
  end: z.int().min(0),
  audioStart: z.number().min(0).optional(),
  audioEnd: z.number().min(0).optional(),
});

const turnsSchema = z.strictObject({
  /** Of the canonical text: what the words must still be. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  turns: z.array(turnSchema),
});

/** A turn of a transcript: its number from 1, the place of its words in the canonical text, and its time in the sound, in seconds. */
export type TranscriptTurn = z.infer<typeof turnSchema>;
/** What stands beside the text of a transcript. */
export type TranscriptTurns = z.infer<typeof turnsSchema>;

/** Something that was said. */
export interface SpokenTurn {
  readonly speaker: string;
  readonly text: string;
  readonly audioStart?: number;
  readonly audioEnd?: number;
}

/** A transcript in its canonical form: one line for each turn, `[speaker] words`. */
export interface CanonicalTranscript {
  readonly text: string;
  readonly turns: readonly TranscriptTurn[];
}

/** Reads plain text as people paste it: labelled lines begin turns; without any label, so does each line that follows a full stop. */
export function spokenTurns(text: string): SpokenTurn[] {
  const lines = spokenLines(text);
  const isLabelled = lines.some(({ speaker }) => speaker !== undefined);
  const each = areTurns(text, lines);
  const turns: { speaker: string; text: string; audioStart?: number }[] = [];
  for (const { speaker, start, end, at } of lines) {
    const words = text.slice(start, end);
    const last = turns.at(-1);
    if (!last || speaker !== undefined || (!isLabelled && (each || /[.?!]["'’)]?\s*$/.test(last.text)))) {
      turns.push({ speaker: speaker ?? 'speaker', text: words, ...(at !== undefined && { audioStart: at }) });
    } else {
      last.text += ` ${words}`;
    }
  }
  return turns;
}

/** The places of the turns in a text in canonical form; a line that is not `[speaker] words` has none. */
export function canonicalPlaces(text: string): TranscriptTurn[] {
  return Array.from(text.matchAll(/^\[([^\]\n]*)\] (.*)$/gm), (line, i) => {
    const start = line.index + (line[1]?.length ?? 0) + 3;
    return { turn: i + 1, speaker: line[1] ?? '', start, end: start + (line[2]?.length ?? 0) };
  });
}

const plain = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** The canonical form of what was said; turns without words are left out. */
export function canonicalTranscript(spoken: readonly SpokenTurn[]): CanonicalTranscript {
  let text = '';
  const turns: TranscriptTurn[] = [];
  for (const { speaker, text: said, audioStart, audioEnd } of spoken) {
    const words = plain(said);
    if (words === '') {
      continue;
    }
    const name = plain(speaker.replace(/[[\]]/g, '')).slice(0, 40).toLowerCase() || 'speaker';
    const start = text.length + name.length + 3;
    text += `[${name}] ${words}\n`;
    turns.push({
      turn: turns.length + 1,
      speaker: name,
      start,
      end: start + words.length,
      ...(audioStart !== undefined && { audioStart }),
      ...(audioEnd !== undefined && { audioEnd }),
    });
  }
  return { text, turns };
}

/** Reads what stands beside a transcript's text; undefined when it is none. */
export function parseTurns(json: string): TranscriptTurns | undefined {
  try {
    const parsed = turnsSchema.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
