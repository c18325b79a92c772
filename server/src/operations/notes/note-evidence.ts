import { z } from 'zod';
import { TEMPLATE_NAMES } from './note-template.ts';

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);
const OFFSET = z.int().min(0);
const span = { start: OFFSET, end: OFFSET };

const supportSchema = z.strictObject({
  /** Versioned reference: what says it. */
  source: z.string().regex(/^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}\/_history\/[A-Za-z0-9.-]{1,64}$/),
  /** In a transcript: the turn. */
  turn: z.int().min(1).optional(),
  /** In another resource: the element, such as `code.coding.0.display`. */
  path: z
    .string()
    .regex(/^[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*$/)
    .max(200)
    .optional(),
  ...span,
  quote: z.string().min(1),
  sha256: SHA256,
});

const sentenceSchema = z.strictObject({
  sentenceId: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  section: z.string(),
  ...span,
  text: z
    .string()
    .min(1)
    .max(4000)
    .regex(/^\S(?:[^\n\r]*\S)?$/),
  origin: z.enum(['ai', 'edited', 'human']),
  verdict: z.enum(['supported', 'warned', 'blocked']).optional(),
  support: z.array(supportSchema).max(100),
  /** What the AI wrote, once somebody has edited it. */
  draftText: z.string().optional(),
  editedBy: z.string().optional(),
  editedAt: z.string().optional(),
  writtenBy: z.string().optional(),
  writtenAt: z.string().optional(),
});

const evidenceSchema = z.strictObject({
  version: z.literal(1),
  template: z.enum(TEMPLATE_NAMES),
  engine: z.strictObject({ name: z.string().min(1), version: z.string().min(1) }),
  prompt: z.strictObject({ id: z.string().min(1), version: z.string().min(1), sha256: SHA256 }).optional(),
  sections: z.array(z.strictObject({ code: z.string(), title: z.string() })),
  sentences: z.array(sentenceSchema).max(2000),
});

/** Where the words of a sentence come from. Spans are UTF-16 offsets, half-open; the hash is that of the quote's UTF-8 bytes. */
export type Support = z.infer<typeof supportSchema>;
/** One sentence of a note: its place in the text, who wrote it, and what carries it. */
export type NoteSentence = z.infer<typeof sentenceSchema>;
/** The evidence of a note: what stands beside its text. */
export type NoteEvidence = z.infer<typeof evidenceSchema>;

/**
 * Reads the evidence of a note; undefined when it is not exactly what `evidenceText` would write. Another spelling of the
 * same content is refused too, so that not a single character of it can be other than it was.
 */
export function parseEvidence(text: string): NoteEvidence | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = evidenceSchema.safeParse(value);
  return parsed.success && JSON.stringify(value) === text ? parsed.data : undefined;
}

/** Evidence as text. */
export function evidenceText(evidence: NoteEvidence): string {
  return JSON.stringify(evidence);
}
