import { abstain, draft, type ModelEngine, type ModelRequest, type Outcome, outcomeOfReply } from '../kit/index.ts';
import { type Turn, turns } from '../kit/text/index.ts';
import { isAddressed } from './addressed-words.ts';
import { type DraftSentence, type SectionName, type Support, sectionNames } from './draft-note.ts';
import { FEWEST_SENTENCES } from './draft-or-abstain.ts';
import { soapPrompt } from './engines.ts';
import { isGrounded } from './grounded.ts';
import { type JudgedSentence, supportedSentences } from './supported.ts';
import type { Visit } from './visit.ts';

/** A draft of a model: what stands, and what was left out because its words are not in the visit. */
export interface ModelDraft {
  readonly sentences: readonly DraftSentence[];
  readonly dropped: readonly JudgedSentence[];
}

const MAX_TOKENS = 8000;
/** A reply of which less than this share stands is not worth correcting. */
const LEAST_KEPT = 0.5;
const LONGEST_SENTENCE = 400;

/**
 * Asks a model for a draft. Evidence is looked up word for word in the turns that it names, and every sentence passes the
 * same validator as a draft by rules; what fails is left out. Abstains when the reply is unusable, or too little stands.
 */
export async function modelDraft(
  engine: ModelEngine,
  visit: Visit,
  chart: readonly string[],
  { prompt, manifest }: Pick<ModelRequest, 'prompt' | 'manifest'> = { prompt: soapPrompt },
): Promise<Outcome<ModelDraft>> {
  const said = turns(visit.said);
  const variables = {
    chart: chart.length > 0 ? chart.join('\n') : 'not documented',
    transcript: said.map(({ number, speaker, text }) => `${number} [${speaker}] ${text}`).join('\n'),
  };
  const reply = await engine.ask({ prompt, variables, ...(manifest && { manifest }), maxTokens: MAX_TOKENS });
  return outcomeOfReply(reply, (value) => readDraft(value, said, visit, chart));
}

function readDraft(value: unknown, said: readonly Turn[], visit: Visit, chart: readonly string[]): Outcome<ModelDraft> {
  const written = isRecord(value) && Array.isArray(value.sentences) ? value.sentences : undefined;
  const read = written?.map((each: unknown) => sentenceOf(each, said));
  if (!read || read.some((each) => each === undefined)) {
    return abstain('model-malformed', 'The model answered in a form that the prompt does not allow.');
  }
  const sentences = read.filter((each) => each !== undefined);
  const [grounded = [], groundless = []] = [true, false].map((wanted) =>
    sentences.filter((each) => (each.support.length > 0 && isGrounded(each, said)) === wanted),
  );
  const { kept, dropped } = supportedSentences(grounded, { transcript: visit.said, chart }, ['number', 'negation']);
  if (kept.length < FEWEST_SENTENCES || kept.length < sentences.length * LEAST_KEPT) {
    return abstain('model-unsupported', 'Too much of what the model wrote was not said in the visit.');
  }
  return draft({
    sentences: kept.map((each) => each.sentence),
    dropped: [...dropped, ...groundless.map((sentence) => ({ sentence, findings: [] }))],
  });
}

/**
 * One sentence of the reply; undefined when it has not the asked form. Evidence that is not found is no evidence, and nothing
 * is evidence for a sentence that addresses the software.
 */
function sentenceOf(value: unknown, said: readonly Turn[]): DraftSentence | undefined {
  const { section, text, evidence } = isRecord(value) ? value : {};
  if (!isSection(section) || typeof text !== 'string' || !Array.isArray(evidence)) {
    return undefined;
  }
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '' || line.length > LONGEST_SENTENCE || /https?:|[<>{}`]/.test(line)) {
    return undefined;
  }
  const support = isAddressed(line) ? [] : evidence.flatMap((each: unknown) => supportIn(each, said));
  return { section, text: line, support };
}

function supportIn(value: unknown, said: readonly Turn[]): Support[] {
  const { turn, quote } = isRecord(value) ? value : {};
  const spoken = said.find((each) => each.number === turn);
  if (!spoken || typeof quote !== 'string' || quote.trim().length < 2 || isAddressed(quote)) {
    return [];
  }
  const pattern = quote.trim().split(/\s+/).map(escaped).join('\\s+');
  const match = new RegExp(pattern, 'i').exec(spoken.text);
  if (!match) {
    return [];
  }
  const start = spoken.start + match.index;
  return [{ turn: spoken.number, start, end: start + match[0].length, quote: match[0] }];
}

/** A text as a pattern that matches it and nothing else. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function isSection(value: unknown): value is SectionName {
  return sectionNames.some((each) => each === value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
