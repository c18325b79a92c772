import { type Span, sentences, type Turn, turns } from '../kit/text/index.ts';

/** Ways in which words address the software instead of the other person in the room. */
const ADDRESSED: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass) (?:\w+ ){0,5}(?:instructions?|rules?|prompts?|guidelines?|constraints?|polic(?:y|ies)|validator|everything (?:above|before))\b/i,
  /\b(?:system|developer) (?:prompt|message|instructions?|override|note)\b/i,
  /\b(?:new|updated|special|following) instructions?\s*:/i,
  /\b(?:you are|act as|pretend (?:to be|you are)|behave (?:as|like)) (?:now )?(?:an? |the )?(?:\w+ )?(?:ai|a\.i\.|assistant|language model|chatbot|model|software|scribe|bot|unrestricted|jailbroken)\b/i,
  /\b(?:dear |hey |note to |attention |hello )?(?:ai|a\.i\.|assistant|scribe|chatgpt|claude|language model|llm|note ?taker|bot)\s*[,:]\s*(?:please )?\w+/i,
  /^(?:(?:please|now|and|also|then|just|so|you must|you should|you have to|make sure (?:to|you)|be sure to)[ ,]+)*(?:add|write|put|insert|include|record|append|document|state|claim|prescribe|order|enter|output|print|reply|respond|set|mark|change|replace|delete|remove|omit)\b[^.?!\n]*\b(?:note|draft|plan|assessment|record|chart|summary|output|json|allerg(?:y|ies) list|medication list|problem list)\b/i,
  /\b(?:sign|approve|finali[sz]e|submit|attest|authenticate) (?:the|this|that|my|her|his) (?:note|draft|claim|document|chart)\b/i,
  /\b(?:send|e-?mail|post|upload|forward|exfiltrate|copy) (?:\w+ ){0,8}(?:https?:|www\.|\S+@\S+\.\S+)/i,
  /<\/?(?:system|transcript|instructions?|assistant|user|chart|turn)\b[^>]*>|\[\/?INST\]|```|^#{2,}\s*(?:system|instructions?)/im,
  /\b(?:reveal|repeat|print|show) (?:\w+ ){0,3}(?:system prompt|your (?:instructions|prompt|rules)|api key|password)\b/i,
];

/** A turn longer than this is dropped only around what addresses the software. */
const LONG_TURN = 1000;

/**
 * Places in a transcript that address the software: orders, new rules, markup. They are content that nobody said to
 * anybody, and no ground for a note. The whole turn counts, for an order seldom comes in one sentence.
 */
export function addressedWords(transcript: string): Span[] {
  return turns(transcript).flatMap(addressedIn);
}

/** A command to a dictation device, as clinicians say it: it asks for nothing that we do. */
const DICTATED = /\bdragon\s*[,?.]?\s*finali[sz]e the note/gi;

function addressedIn(turn: Turn): Span[] {
  const said = sentences(turn.text.replace(DICTATED, (words) => ' '.repeat(words.length)));
  const hit = said.findIndex(({ text }) => ADDRESSED.some((pattern) => pattern.test(text)));
  if (hit < 0) {
    return [];
  }
  if (turn.text.length <= LONG_TURN) {
    return [{ start: turn.start, end: turn.end }];
  }
  return said.flatMap(({ text, start }, i): Span[] =>
    ADDRESSED.some((pattern) => pattern.test(text))
      ? [{ start: turn.start + start, end: turn.start + (said[i + 2] ?? said.at(-1) ?? { end: start }).end }]
      : [],
  );
}

/** Does a short text of the record address the software? */
export function isAddressed(text: string): boolean {
  return sentences(text).some((sentence) => ADDRESSED.some((pattern) => pattern.test(sentence.text)));
}

/** The transcript with these places blank; every other word keeps its place. */
export function withoutSpans(transcript: string, spans: readonly Span[]): string {
  return spans.reduce(
    (text, { start, end }) => text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end),
    transcript,
  );
}
