import { conditions } from '../kit/lexicon/conditions.ts';
import { drugs } from '../kit/lexicon/drugs.ts';
import { bodyParts, findings } from '../kit/lexicon/findings.ts';
import { procedures } from '../kit/lexicon/procedures.ts';
import { findTerms, termIndex } from '../kit/lexicon/term-index.ts';
import { type Turn, tokenize } from '../kit/text/index.ts';
import { cleanSpeech } from './clean-speech.ts';
import { partsOf, type Role } from './speaker-roles.ts';

/** A statement or question of a conversation. */
export interface Utterance {
  readonly turn: number;
  /** Place in the transcript, as UTF-16 offsets, half-open. */
  readonly start: number;
  readonly end: number;
  /** As said. */
  readonly raw: string;
  readonly clean: string;
  readonly role: Role;
  /** "mother", where somebody else speaks for the patient. */
  readonly informant?: string;
  readonly isQuestion: boolean;
  /** How much of clinical meaning it names. */
  readonly weight: number;
}

/** Words of clinical meaning, with how much they count. */
export const clinicalIndex = termIndex([
  ...conditions.flatMap((each) => each.names.map((name) => [name, 3] as const)),
  ...drugs.flatMap((each) => each.names.map((name) => [name, 3] as const)),
  ...procedures.flatMap((each) => each.names.map((name) => [name, 3] as const)),
  ...findings.flatMap((each) => each.names.map((name) => [name, 2] as const)),
  ...bodyParts.map((name) => [name, 1] as const),
  ...[
    'x-ray',
    'mri',
    'ct',
    'ultrasound',
    'echocardiogram',
    'ekg',
    'blood work',
    'labs',
    'hemoglobin',
    'a1c',
    'panel',
    'referral',
    'physical therapy',
    'follow up',
    'surgery',
    'prescription',
    'prescribe',
    'refill',
    'medication',
    'milligrams',
    'blood pressure',
    'blood sugar',
    'diet',
    'exercise',
    'weight',
    'vaccine',
    'test',
    'brace',
    'ice',
    'monitor',
    ...['bmp', 'cmp', 'lipids', 'troponin', 'tsh', 'tdap', 'creatinine', 'potassium', 'urine', 'culture', 'inhaler'],
  ].map((name) => [name, 2] as const),
]);

/** Where a run of speech without punctuation may be cut: before a word that begins a new thought. */
const CUT =
  /(?<=[a-z0-9])\s+(?=(?:okay|alright|so|but|and then|and i|and it|and you|and we|now|because|um|i'm gon na|i also|i do|i want|let's|then|for your|on your|and for the|we'll|there's|see you in)\b)/;
const MARK = /(?<=[.?!])(?<!\b(?:mr|ms|mrs|dr|st) ?\.)\s+/i;
const LONGEST = 45;

/** What is said to the software that listens, not to the patient. */
const TO_SOFTWARE = /^(?:and |so )?(?:please )?(?:show|pull up|bring up|open)(?: me)? (?:me )?the\b(?!.*\bi\b)/;

/** Splits turns into utterances, by punctuation where there is some, else before words that begin a new thought. */
export function utterancesOf(turns: readonly Turn[]): Utterance[] {
  const parts = partsOf(turns);
  return turns.flatMap((turn, i) => {
    const part = parts[i] ?? { role: 'patient' };
    const isAnswer = ASKED_BEFORE.test(turns[i - 1]?.text ?? '');
    return pieces(turn).flatMap((piece, at): Utterance[] => {
      const hedged = isAnswer && at === 0 ? LITTLE.exec(piece.text)?.[0] : undefined;
      const clean = cleanSpeech(piece.text) || (hedged ?? '');
      const words = clean.split(' ').length;
      const weight = weightOf(clean);
      const says = isAnswer ? clean !== '' : /\b(?:no|yes)\b/.test(clean);
      return TO_SOFTWARE.test(clean) || (words < 2 && weight === 0 && !says)
        ? []
        : [
            {
              turn: turn.number,
              start: piece.start,
              end: piece.end,
              raw: piece.text,
              clean,
              ...part,
              isQuestion: isQuestion(piece.text, clean),
              weight,
            },
          ];
    });
  });
}

/** A turn that ends in a question: of what follows even one word is an answer. */
const ASKED_BEFORE =
  /\?\s*$|^(?:and |so |okay )*any\b|\b(?:do|does|did|are|is|have|has|was|were|can) (?:you|he|she|they|it)\b[^.?!]{0,80}$/i;
/** Fillers elsewhere, but an answer to a question. */
const LITTLE = /\ba little(?: bit)?\b/i;

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** "My knee hurts. The right one.": a few words without a verb of their own belong to the sentence before. */
const FRAGMENT =
  /^(?:the (?:right|left|other)|on the|in the|mainly|mostly|about|lower|upper|both|left|right|for|since)\b/i;

/** Sentences of a turn as they were said, a fragment with the sentence before it. */
function pieces(turn: Turn): Piece[] {
  const found: Piece[] = [];
  for (const piece of cutPieces(turn)) {
    const before = found.at(-1);
    const isFragment =
      FRAGMENT.test(piece.text) && piece.text.split(/\s+/).length <= 5 && !/[?]\s*$/.test(before?.text ?? '?');
    if (before && isFragment) {
      const text = turn.text.slice(before.start - turn.start, piece.end - turn.start);
      found[found.length - 1] = { text, start: before.start, end: piece.end };
    } else {
      found.push(piece);
    }
  }
  return found;
}

/** Nobody says so much in one breath; what goes on without an end is cut by its length. */
const ONE_BREATH = 3000;

function breathed(part: string): string[] {
  return part.length <= ONE_BREATH ? [part] : (part.match(/\S[\s\S]{0,600}(?!\S)|\S{1,600}/g) ?? []);
}

function cutPieces(turn: Turn): Piece[] {
  const found: Piece[] = [];
  let offset = 0;
  for (const sentence of turn.text.split(MARK)) {
    const at = turn.text.indexOf(sentence, offset);
    offset = at + sentence.length;
    const parts = sentence.split(/\s+/).length > LONGEST / 2 ? sentence.split(CUT).flatMap(breathed) : [sentence];
    let inner = at;
    for (const part of parts) {
      const start = turn.text.indexOf(part, inner);
      inner = start + part.length;
      found.push({ text: part, start: turn.start + start, end: turn.start + inner });
    }
  }
  return found;
}

/** How a question begins where nobody wrote a question mark. */
const ASKS =
  /^(?:and |so |or |but )*any (?!how|way|more|time)\w+|^(?:and |so |okay )*you (?:still )?(?:taking|having|using|on)\b|^(?:and |so |or |but |is it )*(?:any|how|what|when|where|which|who|why|do|does|did|is|are|was|were|have|has|had|can|could|would) (?:you|your|it|there|that|this|they|he|she|the|any|about|would|do|did|are|is|was|kind|often|long|many|much|we)\b|\b(?:what would you|how would you|would you say|is that (?:correct|right)|do you (?:have|feel|take|think|know|remember))\b/;

function isQuestion(raw: string, clean: string): boolean {
  return /\?\s*$/.test(raw) || ASKS.test(clean);
}

function weightOf(clean: string): number {
  const tokens = tokenize(clean);
  const terms = findTerms(clinicalIndex, tokens).reduce((sum, mention) => sum + mention.concept, 0);
  return terms + tokens.filter((token) => /\d/.test(token.text)).length + Number(ONSET.test(clean)) * 2;
}

/** When something began: it says little by itself, and belongs to every history. */
const ONSET =
  /\b(?:started|began|start(?:ed)? getting)\b.*\b(?:ago|since|last|yesterday|morning|night|when|days?|weeks?|months?|years?)\b/;
