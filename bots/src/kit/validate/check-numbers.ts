import type { Drug } from '../lexicon/drugs.ts';
import { findTerms, type TermMention } from '../lexicon/term-index.ts';
import { isNumberWord, isStopWord, type NumberMention, stem, writtenNumbers } from '../text/index.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import { drugIndex, heardAt, type Source } from './source.ts';

const DOSE_UNIT =
  /^\s*-?(?:mg|mcg|milligrams?|micrograms?|g|grams?|units?|ml|meq|iu|tablets?|tabs?|capsules?|caps?|pills?|puffs?|drops?|sprays?|percent (?:cream|ointment|gel))\b(?!\s*\/\s*d?l)(?!\s*(?:\/|per|a|of|each)\s*(?:week|day|alcohol))/i;
const NEARBY = 14;

/** Every number of a draft must be said near words that the draft has around it; a dose must be said of its medicine. */
export function checkNumbers(sentence: NoteSentence, source: Source): Finding[] {
  const medicines = findTerms(drugIndex, sentence.tokens);
  const numbers = writtenNumbers(sentence.text, sentence.tokens).filter((each) => isQuantity(each, sentence));
  return numbers.flatMap((number): Finding[] => {
    const isDose = DOSE_UNIT.test(sentence.text.slice(number.end - sentence.start));
    const medicine = isDose ? nearestBefore(number, medicines) : undefined;
    const said = medicine
      ? isDoseSaid(number, medicine.concept, sentence, source)
      : isNumberSaid(number, sentence, source);
    if (said) {
      return [];
    }
    const text = sentence.text.slice(number.start - sentence.start, number.end - sentence.start);
    return [
      {
        kind: isDose ? 'dose' : 'number',
        severity: isDose ? 'block' : 'warn',
        start: number.start,
        end: number.end,
        text,
        detail: medicine
          ? `${text} is not said of ${medicine.concept.name}`
          : `${text} is not said where the draft has it`,
      },
    ];
  });
}

/** The medicine that a dose belongs to: the last one before it, else the first one after it. */
function nearestBefore(number: NumberMention, medicines: readonly TermMention<Drug>[]): TermMention<Drug> | undefined {
  return medicines.findLast((each) => each.next <= number.first) ?? medicines.find((each) => each.first > number.last);
}

/** Doses that people know without saying them. */
const CUSTOMARY: Readonly<Record<string, readonly string[]>> = { aspirin: ['81', '325'] };

/**
 * Is a dose said of its medicine? Numbers are bound to the medicine they stand beside; where none stands beside it, the
 * number must be said with a unit or near the medicine.
 */
function isDoseSaid(number: NumberMention, drug: Drug, sentence: NoteSentence, source: Source): boolean {
  const value = String(number.value);
  if (CUSTOMARY[drug.name]?.includes(value) && source.positions.has('baby')) {
    return true;
  }
  const mentions = placesOf(drug, source);
  const places = source.wholeNumbers.get(value) ?? [];
  if (mentions.length === 0) {
    return places.length > 0 && isNumberSaid(number, sentence, source);
  }
  const bound = mentions.flatMap((mention) => boundPlaces(mention, source));
  const inMass = MASS_UNIT.test(sentence.text.slice(number.end - sentence.start));
  const besides = places.some((at) => bound.includes(at) || mentions.some((each) => isBeside(at, each, source)));
  const loosely = places.some(
    (at) => hasUnit(at, source) || mentions.some((each) => Math.abs(each.first - at) <= LOOSE),
  );
  return besides || (inMass ? bound.length === 0 && places.some((at) => hasUnit(at, source)) : loosely);
}

/** Where a medicine is said, misheard names included. */
interface Place {
  readonly first: number;
  readonly next: number;
}

function placesOf(drug: Drug, source: Source): Place[] {
  const named = source.drugs.filter((each) => each.concept.name === drug.name);
  const heard = drug.names.flatMap((name) => heardAt(name, source)).map((at) => ({ first: at, next: at + 1 }));
  return [...named, ...heard];
}

/** Close to its medicine, and no half of a blood pressure. */
function isBeside(at: number, place: Place, source: Source): boolean {
  const isPressure = source.tokens[at - 1]?.text === 'over' || source.tokens[at + 1]?.text === 'over';
  return Math.abs(at - place.first) <= BESIDE && !isPressure;
}

const UNIT_WORD =
  /^(?:mg|mcg|milligrams?|micrograms?|grams?|units?|ml|percent|puffs?|tablets?|pills?|caps?|capsules?|sprays?|drops?)$/;
/** Units of a dose by weight; puffs and tablets are often said for all inhalers or pills at once. */
const MASS_UNIT = /^\s*-?(?:mg|mcg|milligram|microgram|g\b|gram)/i;
/** A number this close to its medicine needs no unit. */
const BESIDE = 7;
/** Reach of a dose that is not by weight. */
const LOOSE = 25;
const UNIT_REACH = 6;
const BOUND_REACH = 20;

/** Is a number at this place followed by a unit? */
function hasUnit(at: number, source: Source): boolean {
  return source.tokens.slice(at, at + UNIT_REACH).some((token) => UNIT_WORD.test(token.text));
}

/** Places of dose-like numbers beside a mention: before the next medicine, and after the one before. */
function boundPlaces(place: Place, source: Source): number[] {
  const next = source.drugs.find((each) => each.first >= place.next)?.first ?? source.stems.length;
  const before = source.drugs.findLast((each) => each.next <= place.first)?.next ?? 0;
  const from = Math.max(before, place.first - BOUND_REACH);
  const to = Math.min(next, place.next + BOUND_REACH);
  return source.numberPlaces.filter(
    (at) => at >= from && at < to && (hasUnit(at, source) || leadsTo(at, place, source)),
  );
}

/** "two point five of norvasc", "the twenty of lisinopril": a number that leads straight to its medicine needs no unit. */
function leadsTo(at: number, place: Place, source: Source): boolean {
  const between = source.tokens.slice(at, place.first).map((token) => token.text);
  return at < place.first && between.every((word) => /^\d/.test(word) || isNumberWord(word) || word === 'of');
}

/** Numbers that count nothing: list marks, names such as A1c, T2 or COVID-19, years of dates spelled with slashes are kept. */
function isQuantity(number: NumberMention, sentence: NoteSentence): boolean {
  const from = number.start - sentence.start;
  const to = number.end - sentence.start;
  const before = sentence.text.slice(0, from);
  const after = sentence.text.slice(to);
  const listMark = /^[\s•*#(-]*$/.test(before) && /^[.):]\s|^[.)]$|^\.?$/.test(after.slice(0, 2));
  const partOfName =
    /[A-Za-z]$/.test(before) ||
    (/^[A-Za-z](?!\w*\s*(?:mg|ml))/.test(after) &&
      !/^(?:st|nd|rd|th|x|mg|mcg|ml|cm|mm|g|s|lbs?|kg|am|pm)\b/i.test(after));
  const named = /\b(?:covid|type|omega|phq|gad|vitamin [a-z]|[clts])[- ]$/i.test(before);
  return !listMark && !partOfName && !named;
}

function isNumberSaid(number: NumberMention, sentence: NoteSentence, source: Source): boolean {
  if (isPairSaid(number, sentence, source) || isDateSaid(number, sentence, source)) {
    return true;
  }
  const positions = source.numbers.get(String(number.value));
  if (!positions) {
    return false;
  }
  const context = contextStems(number, sentence);
  const known = context.filter((each) => source.positions.has(each));
  if (known.length === 0) {
    return true;
  }
  return positions.some((at) =>
    known.some((each) => source.positions.get(each)?.some((other) => Math.abs(other - at) <= NEARBY)),
  );
}

const PAIR_REACH = 5;

/** "120/70" is said wherever "one twenty over seventy" is, whatever stands around it. */
function isPairSaid(number: NumberMention, sentence: NoteSentence, source: Source): boolean {
  const pair = [...sentence.text.matchAll(/(?<![\d/])(\d{2,3})\s?\/\s?(\d{2,3})(?![\d/])/g)].find(
    ({ index, 0: { length } }) =>
      index <= number.start - sentence.start && number.end - sentence.start <= index + length,
  );
  const [over, under] = [1, 2].map((part) => source.numbers.get(String(Number(pair?.[part]))) ?? []);
  return over?.some((at) => under?.some((other) => isOver(at, other, source))) ?? false;
}

function isOver(at: number, other: number, source: Source): boolean {
  const between = source.text.slice(source.tokens[at]?.end, source.tokens[other]?.start);
  return other > at && other - at <= PAIR_REACH && /\bover\b|\//.test(between);
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const DATE = /(?<!\d)(\d{1,2})\/(?:\d{1,2}\/)?(?:\d{4})(?!\d)/g;
const YEAR_REACH = 5;

/** "03/2021" is said where "march" is: its month by its name, its year where nobody said another. */
function isDateSaid(number: NumberMention, sentence: NoteSentence, source: Source): boolean {
  const [from, to] = [number.start - sentence.start, number.end - sentence.start];
  const date = [...sentence.text.matchAll(DATE)].find(
    ({ index, 0: { length } }) => index <= from && to <= index + length,
  );
  const month = MONTHS[Number(date?.[1]) - 1];
  const places = month ? (source.positions.get(stem(month)) ?? []) : [];
  if (!date || places.length === 0) {
    return false;
  }
  const hasYear = places.some((at) =>
    source.tokens.slice(at + 1, at + YEAR_REACH).some(({ text }) => /^(?:\d{4}|twenty)$/.test(text)),
  );
  return from === date.index || (to === date.index + date[0].length && !hasYear);
}

/** Content words within five tokens of the number. */
function contextStems(number: NumberMention, sentence: NoteSentence): string[] {
  return sentence.tokens
    .slice(Math.max(0, number.first - 5), number.last + 6)
    .filter((token) => !/\d/.test(token.text) && !isStopWord(token.text) && token.text.length > 1)
    .map((token) => stem(token.text));
}
