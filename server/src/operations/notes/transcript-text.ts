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

const SPEAKER = /^(?:\[([^\]\n]{1,40})\]|(doctor|patient|clinician|provider|nurse|guest[_ a-z]*|speaker ?\d+):)[ \t]*/i;

/** Reads plain text: a line that begins `[speaker]` or `Doctor:` begins a turn, another line goes on with the turn before. */
export function spokenTurns(text: string): SpokenTurn[] {
  const turns: { speaker: string; text: string }[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const head = SPEAKER.exec(line);
    const words = line.slice(head?.[0].length ?? 0);
    const last = turns.at(-1);
    if (head || !last) {
      turns.push({ speaker: head?.[1] ?? head?.[2] ?? 'speaker', text: words });
    } else {
      last.text += ` ${words}`;
    }
  }
  return turns;
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
