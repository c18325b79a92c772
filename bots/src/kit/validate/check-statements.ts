import { bodyParts } from '../lexicon/findings.ts';
import { isStopWord, stem } from '../text/index.ts';
import { DENIED, isInLexicon } from './check-terms.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import { contentStems, isSaid, type Source } from './source.ts';

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
    pattern:
      /^(?:assessment|impression|(?:\w+ )?diagnos[ie]s|(?:past |significant )?medical history|pmh|pmhx|known):?\s+([a-z][a-z0-9\s'-]{3,60}?)(?:,? stable)?\.?$/gi,
  },
  { kind: 'diagnosis', pattern: /^([a-z][a-z0-9\s'-]{3,60}?),\s*(?:newly diagnosed|new|stable|well controlled)\b/gi },
  {
    kind: 'diagnosis',
    pattern:
      /^([a-z][a-z0-9\s'-]{3,60}?)(?:: (?:well |poorly )?controlled| is (?:stable|well controlled|uncontrolled|worsening)\b)/gi,
  },
  {
    kind: 'diagnosis',
    pattern:
      /\b(?:has|had|includes?|consistent with|^\d\.)\s+(?:an? |known |chronic |acute )*((?:[a-z][a-z'-]+ ){0,3}(?:[a-z]{3,}(?:itis|osis|emia|aemia|oma|opathy|ectasis|plegia|asthenia|philia|penia)|(?:syndrome|disease|disorder|deficiency|fever|cancer|carcinoma|tumou?r|neoplasm|dystrophy|anemia|fibrosis|infection|failure)))\b/gi,
  },
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
    'none',
    'nil',
    'note',
    'unremarkable',
    'noncontributory',
    'smoker',
    'former',
    ...bodyParts,
  ].map(stem),
);
