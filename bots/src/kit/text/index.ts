/** Plain-text reading: tokens, sentences, turns, numbers, similarity. Pure; offsets are UTF-16, half-open. */

export { isNegated } from './negation.ts';
export { isNumberWord } from './number-words.ts';
export { allNumbers, type NumberMention, writtenNumbers } from './numbers.ts';
export { editDistance, soundKey, soundsLike } from './similar.ts';
export { isStopWord, stem } from './stem.ts';
export { type Sentence, type Span, sentences, type Token, tokenize } from './tokens.ts';
export { type Turn, turns } from './turns.ts';
