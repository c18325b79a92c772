import { type Condition, conditions } from '../lexicon/conditions.ts';
import { drugs } from '../lexicon/drugs.ts';
import { allergens, bodyParts } from '../lexicon/findings.ts';
import { type Procedure, procedures } from '../lexicon/procedures.ts';
import { findTerms, type TermMention, termIndex } from '../lexicon/term-index.ts';
import { isStopWord, stem, tokenize } from '../text/index.ts';
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

/** "Type 2 diabetes mellitus" is said where "diabetes" is. */
function isGeneralSaid(term: string, source: Source): boolean {
  const words = contentStems(term);
  const general = namesInStems.filter(({ stems }) => stems.some((name) => isInside(name, words)));
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
    .map((mention) => termFinding('diagnosis', mention, sentence));
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

const DENIED =
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

/** Wordings that state a diagnosis, an allergy or an operation whatever its name is. */
const statements: readonly { readonly kind: Finding['kind']; readonly pattern: RegExp }[] = [
  {
    kind: 'allergy',
    pattern:
      /\b(?:allergic (?:reaction )?to|allergy to|anaphylaxis to|anaphylactic (?:reaction )?to|allergies include|hypersensitivity to)\s+([a-z][a-z\s-]{2,40}?)(?=[.,;]|\band\b|\bwith\b|$)/gi,
  },
  {
    kind: 'procedure',
    pattern:
      /\b(?:underwent|status post|s\/p|had an?|surgical history (?:includes|of|is significant for)|history of an?)\s+([a-z][a-z\s-]{3,50}?(?:ectomy|otomy|ostomy|plasty|oscopy|graft(?:ing)?|fusion|repair|replacement|bypass|transplant(?:ation)?|ablation|catheterization|resection|surgery|biopsy|implant(?:ation)?|placement|excision|release|reconstruction))\b/gi,
  },
  {
    kind: 'diagnosis',
    pattern:
      /\b(?:history (?:of|is significant for|significant for|is notable for|includes)|diagnosed with|diagnosis of|known (?:case of )?|suffers from|consistent with|carries a diagnosis of)\s+([a-z][a-z0-9\s'-]{3,50}?)(?=[.,;(]|\band\b|\bin \d|\bsince\b|\bwho\b|\bwith\b|\bfor\b|$)/gi,
  },
  {
    kind: 'diagnosis',
    pattern: /^(?:assessment|impression|diagnosis|new diagnosis):\s*([a-z][a-z0-9\s'-]{3,60}?)\.?$/gi,
  },
  { kind: 'diagnosis', pattern: /^([a-z][a-z0-9\s'-]{3,60}?),\s*newly diagnosed/gi },
];

/** Statements whose subject has a content word that nobody said: for names that no lexicon holds. */
export function checkStatements(sentence: NoteSentence, source: Source): Finding[] {
  return statements.flatMap(({ kind, pattern }) =>
    Array.from(sentence.text.matchAll(pattern)).flatMap((match): Finding[] => {
      const subject = match[1] ?? '';
      if (isInLexicon(subject)) {
        return [];
      }
      const words = contentStems(subject).filter((word) => !isStopWord(word) && !GENERAL.has(word) && !/\d/.test(word));
      const unsaid = words.filter((word) => !isSaid(word, source));
      const denied = DENIED.test(sentence.text.slice(0, match.index)) || /\bno known\b|\bdenies\b/i.test(match[0]);
      if (denied || words.length === 0 || unsaid.length < words.length) {
        return [];
      }
      const start = sentence.start + match.index + match[0].indexOf(subject);
      const detail = `Nothing in transcript or chart speaks of ${subject}`;
      return [{ kind, severity: 'block', start, end: start + subject.length, text: subject, detail }];
    }),
  );
}

/** Names of the lexicons are judged by their own checks, with every other name they go by. */
function isInLexicon(subject: string): boolean {
  const tokens = tokenize(subject);
  return [conditionIndex, procedureIndex, allergenIndex].some((index) => findTerms<unknown>(index, tokens).length > 0);
}

/** Words that a note adds by custom and that say nothing by themselves. */
const GENERAL = new Set(
  [
    'acute',
    'chronic',
    'history',
    'disease',
    'disorder',
    'syndrome',
    'condition',
    'unspecified',
    'mild',
    'moderate',
    'severe',
    'problem',
    'symptom',
    'known',
    'present',
    'multiple',
    'medical',
    'significant',
    'previous',
    'prior',
    'past',
    'current',
    'above',
    'following',
    'same',
    'similar',
    'issue',
    'left',
    'right',
    'bilateral',
    'total',
    'pain',
    'trauma',
    'injury',
    'surgery',
    'surgical',
    'genetic',
    ...bodyParts,
  ].map(stem),
);
