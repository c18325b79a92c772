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
  const strangers = sentence.tokens.filter(
    (token) =>
      !known.has(token) &&
      looksLikeDrug(token.text) &&
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

function isDrugSaid(mention: TermMention<Drug>, source: Source): boolean {
  const { names } = mention.concept;
  return (
    source.drugs.some((said) => said.concept.name === mention.concept.name || names.includes(said.concept.name)) ||
    names.some((name) => isHeard(name, source))
  );
}
