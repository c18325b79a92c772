import { bodyParts } from '../lexicon/findings.ts';
import { stem } from '../text/index.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import type { Source } from './source.ts';

const parts = new Set(bodyParts.flatMap((part) => part.split(' ').map(stem)));
const OPPOSITE: Readonly<Record<string, string>> = { left: 'right', right: 'left' };
/** A side stands shortly before its part, or follows it: "left knee", "the knee on the right". */
const REACH = { before: 4, after: 6 };
/** A side that is said this many times less often than the other one is a slip, of the tongue or of the draft. */
const SELDOM = 2;

/** A side in a draft must be the side that was said of the same part of the body. */
export function checkSides(sentence: NoteSentence, source: Source): Finding[] {
  const wrong = sentence.tokens.flatMap((token, at): Finding[] => {
    const other = OPPOSITE[token.text];
    if (!other || isDirection(sentence, at)) {
      return [];
    }
    const { mine, others, both } = sidesSaid(partsNear(sentence, at), token.text, other, source);
    const contradicted = others > 0 && mine === 0;
    const neverSaid = sidePlaces(source, token.text).length === 0 && sidePlaces(source, other).length > 0;
    const seldom = others >= SELDOM && others >= SELDOM * mine;
    const detail = `The ${other} side was said, the draft has ${token.text}`;
    if (both === 0 && (contradicted || (neverSaid && !isUnremarkable(sentence, other)))) {
      return [sideFinding(token, sentence, detail)];
    }
    return seldom || (both === 0 && neverSaid) ? [{ ...sideFinding(token, sentence, detail), severity: 'warn' }] : [];
  });
  return [...wrong, ...comparedWithItself(sentence)];
}

/** "No masses on the right", "the right and left knee": of the sound side nobody needs to speak. */
function isUnremarkable(sentence: NoteSentence, other: string): boolean {
  return sentence.tokens.some(
    ({ text }) => text === other || /^(?:no|not|normal|denies|without|negative|intact)$/.test(text),
  );
}

function sideFinding(place: { start: number; end: number }, sentence: NoteSentence, detail: string): Finding {
  const { start, end } = place;
  const text = sentence.text.slice(start - sentence.start, end - sentence.start);
  return { kind: 'side', severity: 'block', start, end, text, detail };
}

/** "Left worse than left", "4/5 on the right and 5/5 on the right": one of the two was the other. */
const ITSELF =
  /\b(left|right)\b[^.;,]{0,30}\b(?:worse|greater|more|less|stronger|weaker|larger|smaller)? ?(?:than|compared (?:to|with)|in comparison (?:to|with)) (?:the |on the |in the |his |her )?(\1)\b|\bon the (left|right) and [^.;,]{0,20}\bon the (\3)\b|\b(left|right) and (\5)\b/gi;

function comparedWithItself(sentence: NoteSentence): Finding[] {
  return Array.from(sentence.text.matchAll(ITSELF), (match) => {
    const start = sentence.start + match.index;
    return sideFinding({ start, end: start + match[0].length }, sentence, 'A side is compared with itself');
  });
}

/** The parts that a side speaks of: those that follow it, else those before it ("swelling of the elbow, left"). */
function partsNear(sentence: NoteSentence, at: number): string[] {
  const among = (from: number, to: number): string[] =>
    sentence.tokens
      .slice(Math.max(0, from), to)
      .map((each) => stem(each.text))
      .filter((each) => parts.has(each));
  const after = among(at + 1, at + 6);
  return after.length > 0 ? after : among(at - 5, at);
}

/** "right now", "left work": the word is no side. */
function isDirection(sentence: NoteSentence, at: number): boolean {
  const next = sentence.tokens[at + 1]?.text ?? '';
  return /^(?:now|away|after|before|there|here|the|his|her|work|school|home|amount)$/.test(next);
}

/** Words around "right" and "left" that show a side is meant, and those that show that none is. */
const SIDED = {
  before: /^(?:the|my|your|his|her|on|upper|lower|both|or|and|in|of)$/,
  after: /^(?:side|sided|hand|handed|one)$/,
};
const NO_SIDE = {
  before: /^(?:all|alright|that's|is|it's|yeah|yes|okay|'s|you're|not|be|i|we|he|she|they|have|has|just|am|are)$/,
  after:
    /^(?:now|away|after|before|there|here|thing|way|track|time|place|medication|when|where|at|so|okay|yeah|yes|over|off)$/,
};

/** Is this "right" or "left" a side, and not "right ?", "right now" or "i left"? */
function isSide(source: Source, at: number): boolean {
  const [before, next, afterNext] = [-1, 1, 2].map((step) => {
    const near = source.turnOf[at + step] === source.turnOf[at];
    return near ? (source.tokens[at + step]?.text ?? '') : '';
  });
  if (
    [next, afterNext].some((word) => word !== 'back' && parts.has(stem(word ?? ''))) ||
    SIDED.after.test(next ?? '')
  ) {
    return true;
  }
  return SIDED.before.test(before ?? '') && !NO_SIDE.before.test(before ?? '') && !NO_SIDE.after.test(next ?? '');
}

/** Places at which a side is said, of whatever part. */
function sidePlaces(source: Source, side: string): readonly number[] {
  const known = source.sides.get(side);
  if (known) {
    return known;
  }
  const places = (source.positions.get(side) ?? []).filter((at) => isSide(source, at));
  source.sides.set(side, places);
  return places;
}

interface SidesSaid {
  readonly mine: number;
  readonly others: number;
  readonly both: number;
}

/** How often each side is said near a mention of the parts, and how often both are. */
function sidesSaid(near: readonly string[], side: string, other: string, source: Source): SidesSaid {
  const places = [...new Set(near.flatMap((part) => source.positions.get(part) ?? []))];
  const count = (wanted: string): number =>
    sidePlaces(source, wanted).filter((at) =>
      places.some((place) => place - at <= REACH.before && at - place <= REACH.after),
    ).length;
  const both = places.filter((place) => isBoth(place, source)).length;
  return { mine: count(side), others: count(other), both };
}

/** "both knees", "both of my knees", "knees bilaterally". */
function isBoth(place: number, source: Source): boolean {
  const before = source.stems.slice(Math.max(0, place - 3), place);
  const sided = before.some((word) => word === 'left' || word === 'right');
  const next = source.stems.slice(place + 1, place + 3);
  return (
    (!sided && before.some((word) => word === 'both' || word.startsWith('bilat'))) ||
    next.some((word) => word.startsWith('bilat'))
  );
}
