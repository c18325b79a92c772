import { findTerms } from '../lexicon/term-index.ts';
import { isStopWord, type NumberMention, stem, writtenNumbers } from '../text/index.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import { drugIndex, type Source } from './source.ts';

const DOSE_UNIT = /^\s*-?(?:mg|mcg|milligrams?|micrograms?|g|grams?|units?|ml|meq|iu|tablets?|tabs?|capsules?|caps?|pills?|puffs?|drops?|sprays?|percent (?:cream|ointment|gel))\b/i;
const NEARBY = 14;

/** Every number of a draft must be said, near words that the draft has around it; a dose near its unit or its medicine. */
export function checkNumbers(sentence: NoteSentence, source: Source): Finding[] {
  const tokens = sentence.tokens;
  const shifted = writtenNumbers(sentence.text, tokens);
  const hasDrug = findTerms(drugIndex, tokens).length > 0;
  return shifted.filter((each) => isQuantity(each, sentence)).flatMap((number) => {
    const after = sentence.text.slice(number.end - sentence.start);
    const isDose = DOSE_UNIT.test(after) && (hasDrug || /^\s*-?(?:mg|mcg|milligram|microgram|unit|ml|puff)/i.test(after));
    if (isNumberSaid(number, sentence, source)) {
      return [];
    }
    const text = sentence.text.slice(number.start - sentence.start, number.end - sentence.start);
    const finding: Finding = {
      kind: isDose ? 'dose' : 'number',
      severity: isDose ? 'block' : 'warn',
      start: number.start,
      end: number.end,
      text,
      detail: `${text} is not said where the draft has it`,
    };
    return [finding];
  });
}

/** Numbers that count nothing: list marks, names such as A1c, T2 or COVID-19, years of dates spelled with slashes are kept. */
function isQuantity(number: NumberMention, sentence: NoteSentence): boolean {
  const from = number.start - sentence.start;
  const to = number.end - sentence.start;
  const before = sentence.text.slice(0, from);
  const after = sentence.text.slice(to);
  const listMark = /^[\s•*#(-]*$/.test(before) && /^[.):]\s|^[.)]$|^\.?$/.test(after.slice(0, 2));
  const partOfName = /[A-Za-z]$/.test(before) || /^[A-Za-z](?!\w*\s*(?:mg|ml))/.test(after) && !/^(?:st|nd|rd|th|x|mg|mcg|ml|cm|mm|g|s|lbs?|kg|am|pm)\b/i.test(after);
  const named = /(?:covid|type|grade|stage|omega|phq|gad|vitamin [a-z]|[clts])[- ]$/i.test(before);
  return !listMark && !partOfName && !named;
}

function isNumberSaid(number: NumberMention, sentence: NoteSentence, source: Source): boolean {
  const positions = source.numbers.get(String(number.value));
  if (!positions) {
    return false;
  }
  const context = contextStems(number, sentence);
  const known = context.filter((each) => source.positions.has(each));
  if (known.length === 0) {
    return true;
  }
  return positions.some((at) => known.some((each) => source.positions.get(each)?.some((other) => Math.abs(other - at) <= NEARBY)));
}

/** Content words within five tokens of the number. */
function contextStems(number: NumberMention, sentence: NoteSentence): string[] {
  return sentence.tokens
    .slice(Math.max(0, number.first - 5), number.last + 6)
    .filter((token) => !/\d/.test(token.text) && !isStopWord(token.text) && token.text.length > 1)
    .map((token) => stem(token.text));
}
