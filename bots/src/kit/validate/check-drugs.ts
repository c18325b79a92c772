import { type Drug, looksLikeDrug } from '../lexicon/drugs.ts';
import { findTerms, type TermMention } from '../lexicon/term-index.ts';
import { stem } from '../text/index.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import { drugIndex, isHeard, type Source } from './source.ts';

/** Substances that are a laboratory value or a part of the body as often as a medicine. */
const ambiguous = new Set([
  'thyroid',
  'calcium',
  'potassium chloride',
  'magnesium',
  'zinc',
  'ferrous sulfate',
  'folic acid',
  'testosterone',
  'progesterone',
  'conjugated estrogens',
  'dextrose',
  'creatine',
  'collagen',
  'nicotine',
  'cortisone',
  'vitamin d',
  'vitamin b12',
  'epinephrine',
  'dopamine',
  'estradiol',
  'levonorgestrel',
  'insulin nph',
]);

/** Every medicine that a draft names must have been said, under any of its names, misheard ones included. */
export function checkDrugs(sentence: NoteSentence, source: Source): Finding[] {
  const mentions = findTerms(drugIndex, sentence.tokens);
  const unsupported = mentions.filter((mention) => !isDrugSaid(mention, source));
  const known = new Set(mentions.flatMap((mention) => sentence.tokens.slice(mention.first, mention.next)));
  const slots = slotsOf(sentence);
  const strangers = sentence.tokens.filter(
    (token, at) =>
      !known.has(token) &&
      !known.has(sentence.tokens[at - 1] ?? token) &&
      (looksLikeDrug(token.text) || slots.has(token.start)) &&
      !source.positions.has(stem(token.text)) &&
      !isHeard(token.text, source),
  );
  return [
    ...unsupported.map(
      ({ concept, start, end }): Finding => ({
        kind: 'drug',
        severity: ambiguous.has(concept.name) ? 'warn' : 'block',
        start,
        end,
        text: sentence.text.slice(start - sentence.start, end - sentence.start),
        detail: `${concept.name} is named in neither transcript nor chart`,
      }),
    ),
    ...strangers.map(
      ({ start, end, text }): Finding => ({
        kind: 'drug',
        severity: 'block',
        start,
        end,
        text,
        detail: `${text} is named in neither transcript nor chart`,
      }),
    ),
  ];
}

/** Wordings after or before which a medicine stands, whatever its name: "a prescription for …", "… 40 mg", "… PO daily". */
const SLOTS: readonly RegExp[] = [
  /\b(?:prescri(?:bed?|bing)|prescription (?:for|of)|refill(?:ed)?(?: of)?|trial of|treated with|course of|samples of|dose of|given|received|continues?(?: on)?|continue taking|continuing|discontinued?|initiated?|restart(?:ed)?|start(?:ed)?(?: (?:him|her|them|the patient))?(?: on)?|stop(?:ped)?|resumed?|switch(?:ed)? (?:to|from)|currently (?:on|taking|using)|taking|takes|using|to use|use of)\s+(?:the |an? |his |her |oral |topical |daily |some )?([a-z][a-z-]{4,})(?=\s+(?:\d|(?:once|twice|three times|daily|nightly|weekly|as needed|for|in the|was|by mouth|po|iv|at bedtime|every|per|inhaler|cream|tablets?|today)\b)|[.,;]?$)/gi,
  /\b([a-z][a-z-]{4,})\s+\d+(?:\.\d+)?\s*(?:mg|mcg|micrograms?|milligrams?|g|units?|iu|meq)\b(?!\s*\/\s*d?l)/gi,
  /^(?:current |home )?med(?:ication)?s?:\s*([a-z][a-z-]{4,})[.,]?$/gi,
  /\b(?:increase|decrease|reduce|titrate|taper|add|discontinue)\s+([a-z][a-z-]{4,})(?=\s+(?:to|by|from)\s+\d|\s+\d|[.;]?$)/gi,
];
/** Words that stand where a medicine might and are none. */
const NO_MEDICINE =
  /^(?:anti-.*|vaginal|nasal|rectal|topical|inhaled|.*(?:tion|ment|ing|apy|ics|ants|ents|ors|ines|ers|ories|tabs?|tablets?|capsules?|level|ness|ity|ance|ence|ures?|ally|ises?)s?|dos(?:e|age)s?|daily|nightly|taking|about|total|approximately|above|below|under|these|those|their|medicines?|drugs?|pills?|supplements?|vitamins?|antibiotics?|steroids?|inhalers?|insulin|oxygen|fluids?|water|alcohol|caffeine|drugs|cocaine|cannabis|marijuana|tobacco|tomorrow|today|another|other|every|regular|home|work|school|braces?|splint|crutches|salt|sodium|sugar|protein|coffee|breaks?|support|sooner|later|lower|higher|maximum|minimum|currently|diet|sleep|activity|symptoms?|current|contacts?|weight|exercises?)$/i;

/** Places of words that stand where a medicine does, of which a lexicon may know nothing. */
function slotsOf(sentence: NoteSentence): ReadonlySet<number> {
  const words = SLOTS.flatMap((pattern) => Array.from(sentence.text.matchAll(pattern)));
  return new Set(
    words
      .filter((match) => !NO_MEDICINE.test(match[1] ?? ''))
      .map((match) => sentence.start + match.index + match[0].lastIndexOf(match[1] ?? '')),
  );
}

function isDrugSaid(mention: TermMention<Drug>, source: Source): boolean {
  const { names } = mention.concept;
  return (
    source.drugs.some((said) => said.concept.name === mention.concept.name || names.includes(said.concept.name)) ||
    names.some((name) => isHeard(name, source))
  );
}
