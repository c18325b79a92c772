import { type Condition, conditions } from '../kit/lexicon/conditions.ts';
import { findTerms, termIndex } from '../kit/lexicon/term-index.ts';
import { isStopWord, stem, tokenize } from '../kit/text/index.ts';
import { type CodeIndex, type RankedCode, searchCodes } from './code-index.ts';
import { medicalWords } from './medical-words.ts';
import { numberedCode, rareNames } from './rare-names.ts';
import { specificCodesOf } from './specific-codes.ts';

const names = termIndex(conditions.flatMap((each) => each.names.map((name) => [name, each] as const)));

/** Words that mark a diagnosis as uncertain: in outpatient care it is not coded (guideline IV.H); what stands before it is. */
const UNCERTAIN =
  /[,;]?\s*\b(?:(?:most )?likely|probabl[ey]|possibl[ey]|suspected|suspicious for|suspect|questionable|rule[- ]out|r\/o|concern(?:ing)? for|versus|vs\.?|compatible with|consistent with|working diagnosis of|cannot exclude)\b.*$/i;

/** The part of a problem that may be coded; undefined when nothing of it is certain. */
export function certainPart(problem: string): string | undefined {
  const certain = problem.replace(UNCERTAIN, '').replace(/[()]/g, ' ').replace(/\s+/g, ' ').trim();
  return certain === '' ? undefined : certain;
}

/**
 * Suggests codes for one problem of a note, best first, from the given table only. Uncertain diagnoses are left out;
 * the side that the problem names is kept.
 */
export function suggestCodes(index: CodeIndex, problem: string, limit = 10): RankedCode[] {
  const certain = certainPart(problem);
  if (!certain) {
    return [];
  }
  const known = knownConditions(certain).flatMap(({ condition, fit }) =>
    rankedCondition(index, condition, certain, fit),
  );
  const searched = searchCodes(index, certain, limit * 3).map((each) => ({ ...each, score: sideFit(each, certain) }));
  const asked = medicalWords(certain).toSorted().join(' ');
  const exact = searched.filter(({ entry }) => medicalWords(entry.description).toSorted().join(' ') === asked);
  const best = new Map<string, RankedCode>();
  for (const each of [
    ...known,
    ...rareCodes(index, certain),
    ...specific(index, certain),
    ...searched,
    ...exact.map((one) => ({ ...one, score: EXACT })),
  ]) {
    const before = best.get(each.entry.code);
    if (!before || before.score < each.score) {
      best.set(each.entry.code, each);
    }
  }
  return [...best.values()].sort((a, b) => b.score - a.score).slice(0, limit);
}

/** A code that says more than the condition's own stands before it; the more it says, the further. */
const SPECIFIC = { base: 1.2, slope: 0.01 };

function specific(index: CodeIndex, problem: string): RankedCode[] {
  return specificCodesOf(problem).flatMap(({ code, says }) => {
    const at = index.byCode.get(code);
    const entry = at === undefined ? undefined : index.entries[at];
    return entry ? [{ entry, score: SPECIFIC.base + SPECIFIC.slope * says.length }] : [];
  });
}

const rare = termIndex(rareNames.map((each) => [each.name, each.code] as const));
/** What a numbered family of diseases carries after its name: it says which gene, not which code. */
const NUMBERING = /^(?:type|syndrome|disease|disorder|form|\d+[a-z]{0,2}|[ivx]+[a-z]?|[a-z])$/;
const RARE_WHOLE = 1.12;

/** Codes of diseases whose names the table does not hold, by the families that a curated list knows. */
function rareCodes(index: CodeIndex, problem: string): RankedCode[] {
  const tokens = tokenize(problem);
  const content = tokens.filter((token) => !isStopWord(token.text) && !NUMBERING.test(token.text));
  const named = findTerms(rare, tokens).map(({ concept, start, end }) => {
    const covered = content.filter((token) => token.start >= start && token.end <= end).length;
    const fit = Math.min(1, covered / Math.max(1, content.length));
    return { code: concept, score: fit === 1 ? RARE_WHOLE : PARTIAL.base + PARTIAL.slope * fit * fit };
  });
  const numbered = numberedCode(problem);
  return [...named, ...(numbered ? [{ code: numbered, score: RARE_WHOLE }] : [])].flatMap(({ code, score }) => {
    const at = index.byCode.get(code);
    const entry = at === undefined ? undefined : index.entries[at];
    return entry ? [{ entry, score }] : [];
  });
}

/** A name that covers only part of a problem must yield to a description that covers more of it. */
const PARTIAL = { base: 0.3, slope: 0.8 };

/** A description that is the problem, word for word, stands above everything. */
const EXACT = 2;

interface KnownCondition {
  readonly condition: Condition;
  /** Share of the problem's content words that the name covers. */
  readonly fit: number;
}

const MODIFIER = new Set(
  'right left bilateral acute chronic mild moderate severe stage history of the with non healing nonhealing recurrent persistent worsening stable controlled uncontrolled well poorly new onset status post visit follow up bmi i ii iii iv grade'
    .split(' ')
    .map(stem),
);

/** Conditions of the lexicon that the problem names, with how much of it they cover. */
function knownConditions(problem: string): KnownCondition[] {
  const tokens = tokenize(problem);
  const content = tokens.filter(
    ({ text }) => !isStopWord(text) && !MODIFIER.has(stem(text)) && !/^\d+\.?\d*$/.test(text),
  );
  return findTerms(names, tokens).map((mention) => {
    const covered = content.filter((token) => token.start >= mention.start && token.end <= mention.end).length;
    const whole = mention.first === 0 && mention.next === tokens.length;
    return { condition: mention.concept, fit: whole ? 1 : Math.max(0.3, covered / Math.max(1, content.length)) };
  });
}

/** The condition's code, with the side that the problem names, if the table has such a code. */
function rankedCondition(index: CodeIndex, condition: Condition, problem: string, fit: number): RankedCode[] {
  const at = index.byCode.get(condition.code);
  const entry = at === undefined ? undefined : index.entries[at];
  if (!entry) {
    return [];
  }
  const side = /\b(right|left|bilateral)\b/i.exec(problem)?.[1]?.toLowerCase();
  const sided = side ? sidedEntry(index, entry.description, side) : undefined;
  const score = fit === 1 ? 1.15 : PARTIAL.base + PARTIAL.slope * fit * fit;
  return sided
    ? [
        { entry: sided, score: score + 0.01 },
        { entry, score: score - 0.2 },
      ]
    : [{ entry, score }];
}

function sidedEntry(index: CodeIndex, description: string, side: string): RankedCode['entry'] | undefined {
  const written = [
    description.replace(/unspecified (?=\S)/i, `${side} `),
    description.replace(/, unspecified\b/i, `, ${side}`),
  ];
  const at = written.map((each) => index.byDescription.get(each.toLowerCase())).find((each) => each !== undefined);
  return at === undefined ? undefined : index.entries[at];
}

/** A code of the other side does not fit; a later encounter or a sequela fits only when the problem says so. */
function sideFit({ entry, score }: RankedCode, problem: string): number {
  const side = /\b(right|left)\b/i.exec(problem)?.[1]?.toLowerCase();
  const other = side === 'right' ? 'left' : 'right';
  const text = entry.description.toLowerCase();
  const wrongSide = side !== undefined && text.includes(other) && !text.includes(side);
  const later = /subsequent encounter|sequela/.test(text) && !/subsequent|sequela|follow/i.test(problem);
  return score * (wrongSide ? 0.3 : 1) * (later ? 0.6 : 1);
}
