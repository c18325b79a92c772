import { allergens } from '../lexicon/findings.ts';
import { type Condition, conditions } from '../lexicon/conditions.ts';
import { drugs } from '../lexicon/drugs.ts';
import { type Procedure, procedures } from '../lexicon/procedures.ts';
import { findTerms, termIndex } from '../lexicon/term-index.ts';
import { isStopWord, stem } from '../text/index.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import { contentStems, isSaid, saidTogether, type Source } from './source.ts';

const conditionIndex = termIndex(conditions.flatMap((each) => each.names.map((name) => [name, each] as const)));
const procedureIndex = termIndex(procedures.flatMap((each) => each.names.map((name) => [name, each] as const)));
const allergenIndex = termIndex([
  ...allergens.map((name) => [name, name] as const),
  ...drugs.flatMap((drug) => drug.names.map((name) => [name, drug.name] as const)),
]);

/** Words within which a term must be said together. */
const WINDOW = 10;

/** Is a term said: all its content words near each other, each in any form or misspelt? */
function isTermSaid(term: string, source: Source): boolean {
  const stems = contentStems(term);
  return stems.length > 0 && (saidTogether(stems, source, WINDOW) || (stems.length === 1 && isSaid(stems[0] ?? '', source)));
}

/** Is a concept said by any of its names, or by a more general one that its name contains? */
function isConceptSaid(concept: Condition | Procedure, term: string, source: Source): boolean {
  return [term, ...concept.names].some((name) => isTermSaid(name, source)) || isGeneralSaid(term, source);
}

/** "Type 2 diabetes mellitus" is said where "diabetes" is. */
function isGeneralSaid(term: string, source: Source): boolean {
  const words = contentStems(term);
  const general = conditions.filter((each) => each.names.some((name) => isInside(contentStems(name), words)));
  return general.some((each) => each.names.some((name) => isTermSaid(name, source)));
}

function isInside(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.length > 0 && inner.length < outer.length && inner.every((word) => outer.includes(word));
}

/** Symptoms and visit reasons: a clinician may conclude or word them freely, so a missing one is only a warning. */
function isFreelyWorded(condition: Condition): boolean {
  return /^[RZTW]/.test(condition.code) || /pain|edema|swelling/.test(condition.name);
}

/** Every diagnosis that a draft names must have been said, by any of its names. */
export function checkConditions(sentence: NoteSentence, source: Source): Finding[] {
  return findTerms(conditionIndex, sentence.tokens)
    .filter(({ concept, term }) => !isFreelyWorded(concept) && !isConceptSaid(concept, term, source))
    .map(({ concept, start, end }) => ({
      kind: 'diagnosis',
      severity: 'block',
      start,
      end,
      text: sentence.text.slice(start - sentence.start, end - sentence.start),
      detail: `${concept.name} is named in neither transcript nor chart`,
    }));
}

/** Every operation that a draft names must have been said. */
export function checkProcedures(sentence: NoteSentence, source: Source): Finding[] {
  return findTerms(procedureIndex, sentence.tokens)
    .filter(({ concept, term }) => !isConceptSaid(concept, term, source))
    .map(({ concept, start, end }) => ({
      kind: 'procedure',
      severity: 'block',
      start,
      end,
      text: sentence.text.slice(start - sentence.start, end - sentence.start),
      detail: `${concept.name} is named in neither transcript nor chart`,
    }));
}

/** Every allergen that a draft names in a sentence about allergies must have been said. */
export function checkAllergies(sentence: NoteSentence, source: Source): Finding[] {
  const aboutAllergy = /\ballerg|anaphyla|hypersensitiv|intoleran/i.test(sentence.text) || /allerg/.test(sentence.section);
  if (!aboutAllergy || /\bno known\b|nkda/i.test(sentence.text)) {
    return [];
  }
  return findTerms(allergenIndex, sentence.tokens)
    .filter(({ term }) => !isTermSaid(term, source))
    .map(({ term, start, end }) => ({
      kind: 'allergy',
      severity: 'block',
      start,
      end,
      text: sentence.text.slice(start - sentence.start, end - sentence.start),
      detail: `An allergy to ${term} is named in neither transcript nor chart`,
    }));
}

/** Wordings that state a diagnosis, an allergy or an operation whatever its name is. */
const statements: readonly { readonly kind: Finding['kind']; readonly pattern: RegExp }[] = [
  { kind: 'allergy', pattern: /\b(?:allergic (?:reaction )?to|allergy to|anaphylaxis to|anaphylactic (?:reaction )?to|allergies include|hypersensitivity to)\s+([a-z][a-z\s-]{2,40}?)(?=[.,;]|\band\b|\bwith\b|$)/gi },
  { kind: 'procedure', pattern: /\b(?:underwent|status post|s\/p|had an?|surgical history (?:includes|of|is significant for)|history of an?)\s+([a-z][a-z\s-]{3,50}?(?:ectomy|otomy|ostomy|plasty|oscopy|graft(?:ing)?|fusion|repair|replacement|bypass|transplant(?:ation)?|ablation|catheterization|resection|surgery|biopsy|implant(?:ation)?|placement|excision|release|reconstruction))\b/gi },
  { kind: 'diagnosis', pattern: /\b(?:history (?:of|is significant for|significant for|is notable for|includes)|diagnosed with|diagnosis of|known (?:case of )?|suffers from|consistent with|carries a diagnosis of)\s+([a-z][a-z0-9\s'-]{3,50}?)(?=[.,;(]|\band\b|\bin \d|\bsince\b|\bwho\b|\bwith\b|\bfor\b|$)/gi },
  { kind: 'diagnosis', pattern: /^(?:assessment|impression|diagnosis|new diagnosis):\s*([a-z][a-z0-9\s'-]{3,60}?)\.?$/gi },
  { kind: 'diagnosis', pattern: /^([a-z][a-z0-9\s'-]{3,60}?),\s*newly diagnosed/gi },
];

/** Statements whose subject has a content word that nobody said: for names that no lexicon holds. */
export function checkStatements(sentence: NoteSentence, source: Source): Finding[] {
  return statements.flatMap(({ kind, pattern }) =>
    Array.from(sentence.text.matchAll(pattern)).flatMap((match): Finding[] => {
      const subject = match[1] ?? '';
      const words = contentStems(subject).filter((word) => !isStopWord(word) && !GENERAL.has(word));
      const unsaid = words.filter((word) => !isSaid(word, source));
      if (words.length === 0 || unsaid.length < Math.max(1, words.length * 0.5)) {
        return [];
      }
      const start = sentence.start + match.index + match[0].indexOf(subject);
      const detail = `Nothing in transcript or chart speaks of ${subject}`;
      return [{ kind, severity: 'block', start, end: start + subject.length, text: subject, detail }];
    }),
  );
}

/** Words that a note adds by custom and that say nothing by themselves. */
const GENERAL = new Set(['acute', 'chronic', 'history', 'disease', 'disorder', 'syndrome', 'condition', 'unspecified', 'mild', 'moderate', 'severe', 'problem', 'symptom', 'known', 'present', 'multiple', 'medical', 'significant', 'previous', 'prior', 'past', 'current', 'above', 'following', 'same', 'similar', 'issue'].map(stem));
