import { type Condition, conditions } from '../lexicon/conditions.ts';
import { drugs } from '../lexicon/drugs.ts';
import { allergens } from '../lexicon/findings.ts';
import { type Procedure, procedures } from '../lexicon/procedures.ts';
import { findTerms, type TermMention, termIndex } from '../lexicon/term-index.ts';
import { stem, tokenize } from '../text/index.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import { contentStems, isSaid, type Source, saidTogether } from './source.ts';

const conditionIndex = termIndex(conditions.flatMap((each) => each.names.map((name) => [name, each] as const)));
const procedureIndex = termIndex(procedures.flatMap((each) => each.names.map((name) => [name, each] as const)));
const allergenIndex = termIndex([
  ...allergens.map((name) => [name, name] as const),
  ...drugs.flatMap((drug) => drug.names.map((name) => [name, drug.name] as const)),
]);

/** Words within which a term must be said together. */
const WINDOW = 10;

/** Is a term said: all its content words near each other, each in any form or misspelt? Two letters alone say too little. */
function isTermSaid(term: string, source: Source): boolean {
  const stems = contentStems(term);
  if (stems.join('').length <= 2) {
    return false;
  }
  return (
    stems.length > 0 && (saidTogether(stems, source, WINDOW) || (stems.length === 1 && isSaid(stems[0] ?? '', source)))
  );
}

/** Is a concept said by any of its names, or by a more general one that its name contains? */
function isConceptSaid(concept: Condition | Procedure, term: string, source: Source): boolean {
  return [term, ...concept.names].some((name) => isTermSaid(name, source)) || isGeneralSaid(term, source);
}

const namesInStems = conditions.map((each) => ({ names: each.names, stems: each.names.map(contentStems) }));

/** Words that only qualify a condition; any other word in its name makes another condition of it. */
const QUALIFIERS = new Set(
  'type 1 2 3 4 5 mellitus essential primary secondary chronic acute recurrent stage grade mild moderate severe major single episode disease disorder unspecified uncontrolled controlled benign seasonal generalized degenerative low high left right bilateral knee hip lower upper syndrome infection viral bacterial i ii iii iv'
    .split(' ')
    .map(stem),
);

/** "Type 2 diabetes mellitus" is said where "diabetes" is; "pulmonary hypertension" only half where "hypertension" is. */
function isGeneralSaid(term: string, source: Source, qualifiers: ReadonlySet<string> = QUALIFIERS): boolean {
  const words = contentStems(term);
  const general = namesInStems.filter(({ stems }) =>
    stems.some((name) => isInside(name, words) && words.every((word) => name.includes(word) || qualifiers.has(word))),
  );
  return general.some(({ names }) => names.some((name) => isTermSaid(name, source)));
}

function isInside(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.length > 0 && inner.length < outer.length && inner.every((word) => outer.includes(word));
}

/** Symptoms and visit reasons: a clinician may conclude or word them freely, so a missing one is only a warning. */
function isFreelyWorded(condition: Condition): boolean {
  return /^(?:[RTW]|Z[0-79])/.test(condition.code) || /pain|edema|swelling|insomnia/.test(condition.name);
}

/** Every diagnosis that a draft names must have been said, by any of its names. */
export function checkConditions(sentence: NoteSentence, source: Source): Finding[] {
  return findTerms(conditionIndex, sentence.tokens)
    .filter((mention) => isDiagnosis(mention, sentence) && !isConceptSaid(mention.concept, mention.term, source))
    .map((mention) => {
      const finding = termFinding('diagnosis', mention, sentence);
      const isHalfSaid = isGeneralSaid(mention.term, source, new Set(contentStems(mention.term)));
      return isHalfSaid ? { ...finding, severity: 'warn' } : finding;
    });
}

/** Every operation that a draft names must have been said. */
export function checkProcedures(sentence: NoteSentence, source: Source): Finding[] {
  return findTerms(procedureIndex, sentence.tokens)
    .filter(
      (mention) => stanceOf(mention, sentence) !== 'denied' && !isConceptSaid(mention.concept, mention.term, source),
    )
    .map((mention) => termFinding('procedure', mention, sentence));
}

function termFinding(
  kind: 'diagnosis' | 'procedure',
  mention: TermMention<Condition | Procedure>,
  sentence: NoteSentence,
): Finding {
  const { concept, start, end } = mention;
  return {
    kind,
    severity: stanceOf(mention, sentence) === 'asserted' ? 'block' : 'warn',
    start,
    end,
    text: sentence.text.slice(start - sentence.start, end - sentence.start),
    detail: `${concept.name} is named in neither transcript nor chart`,
  };
}

/** Is the mention a diagnosis of this patient, and not a symptom, a vaccine, a sign of its name, or a title in lower case? */
function isDiagnosis(mention: TermMention<Condition>, sentence: NoteSentence): boolean {
  const written = sentence.text.slice(mention.start - sentence.start, mention.end - sentence.start);
  const isAbbreviation = written.length <= 3 && written !== written.toUpperCase();
  const next = sentence.tokens[mention.next]?.text ?? '';
  const isAboutElse =
    /^(?:vaccin\w*|pandemic|screening|test\w*|titer|tenderness|shot|clinics?|cent\w+|precautions)$/.test(next);
  return (
    !isAbbreviation && !isAboutElse && !isFreelyWorded(mention.concept) && stanceOf(mention, sentence) !== 'denied'
  );
}

/** Words before a mention that deny it. */
export const DENIED =
  /\b(?:no|not|denies|denied|without|negative for|free of|never|rule out|ruled out|absence of|nor)\b[^.;]*$/i;
const SUPPOSED =
  /\b(?:risks? of|risks? (?:such as|include|including)|complications?|may (?:cause|develop|be|have)|might|could|possible|possibly|suspect\w*|concern\w*|likely|consider\w*|recommend\w*|plan|planned|proceed|will|would|schedul\w*|refer\w*|order\w*|candidate|discuss\w*|if|family history|mother|father|brother|sister|grandmother|grandfather|aunt|uncle|screen\w*|prevent\w*|to evaluate|evaluate for)\b/i;

/** Does a draft assert what it names, deny it, or only suppose, plan or tell it of somebody else? */
function stanceOf(mention: TermMention<unknown>, sentence: NoteSentence): 'asserted' | 'denied' | 'supposed' {
  const before = sentence.text.slice(0, mention.start - sentence.start);
  if (DENIED.test(before)) {
    return 'denied';
  }
  return SUPPOSED.test(before) ? 'supposed' : 'asserted';
}

/** Every allergen that a draft names in a sentence about allergies must have been said. */
export function checkAllergies(sentence: NoteSentence, source: Source): Finding[] {
  const aboutAllergy =
    /\ballerg|anaphyla|hypersensitiv|intoleran/i.test(sentence.text) || /allerg/.test(sentence.section);
  if (!aboutAllergy || /\bno known\b|nkda/i.test(sentence.text)) {
    return [];
  }
  return findTerms(allergenIndex, sentence.tokens)
    .filter(({ term }) => !isAllergenSaid(term, source))
    .map(({ term, start, end }) => ({
      kind: 'allergy',
      severity: 'block',
      start,
      end,
      text: sentence.text.slice(start - sentence.start, end - sentence.start),
      detail: `An allergy to ${term} is named in neither transcript nor chart`,
    }));
}

/** Is an allergen said; one that is said for another reason only, as a medicine that is taken, must be said near "allergic"? */
function isAllergenSaid(term: string, source: Source): boolean {
  if (!isTermSaid(term, source)) {
    return false;
  }
  const places = contentStems(term).flatMap((each) => source.positions.get(each) ?? []);
  const about = Array.from(source.positions).filter(([word]) =>
    /^(?:allerg|anaphyla|reaction|react|hive|itch|rash|intoleran|toler|breakout)/.test(word),
  );
  const near = (at: number): boolean =>
    about.some(([, list]) => list.some((other) => Math.abs(other - at) <= ALLERGY_REACH));
  return places.length === 0 || places.some(near);
}

/** Words between an allergen and the word that says it is one. */
const ALLERGY_REACH = 30;

/** Names of the lexicons are judged by their own checks, with every other name they go by. */
export function isInLexicon(subject: string): boolean {
  const tokens = tokenize(subject);
  return [conditionIndex, procedureIndex, allergenIndex].some((index) => findTerms<unknown>(index, tokens).length > 0);
}
