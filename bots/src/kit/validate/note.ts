import { type Sentence, sentences, type Token, tokenize } from '../text/index.ts';

/** A sentence of a draft with its tokens; offsets are those of the whole draft. */
export interface NoteSentence extends Sentence {
  readonly tokens: readonly Token[];
  /** The heading it stands under, in lower case. */
  readonly section: string;
  /** Is it itself a heading? */
  readonly isHeading: boolean;
}

/** Splits a draft into sentences under their headings; a heading is a short line of capitals or one that ends in a colon. */
export function readNote(note: string): NoteSentence[] {
  let section = '';
  return sentences(note).map((sentence) => {
    const heading = isHeading(sentence.text);
    if (heading) {
      section = sentence.text.replace(/:$/, '').toLowerCase();
    }
    const tokens = tokenize(sentence.text).map((token) => ({
      ...token,
      start: token.start + sentence.start,
      end: token.end + sentence.start,
    }));
    return { ...sentence, tokens, section, isHeading: heading };
  });
}

function isHeading(text: string): boolean {
  return text.length <= 60 && (/^[A-Z][A-Z &/,()-]+:?$/.test(text) || /^[A-Z][A-Za-z &/]{2,40}:$/.test(text));
}
