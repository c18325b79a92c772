/** Words that carry no fact, so that an edit may put them in. */
const GLUE = new Set(
  `a an the and or but of in on at to for from with by as is are was were be been being has have had having he she it
  they his her their its patient reports states notes that this these those there which who when while also then`.split(
    /\s+/,
  ),
);

/** Words whose loss turns a sentence into its opposite. */
const NEGATION = /^(?:no|not|never|none|nothing|nor|neither|without|denies|denied|deny|negative|absent|\w+n't)$/;

const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/\d+(?:[.,/]\d+)*%?|[\p{L}]+(?:['’-][\p{L}]+)*/gu) ?? []).map((word) =>
    word.replaceAll('’', "'"),
  );

/**
 * The words with which an edit goes beyond the evidence of a sentence: those it adds that no quote says, and the
 * negations and numbers that it drops. An edit without any keeps the sentence's evidence honest.
 */
export function unsupportedWords(before: string, after: string, quotes: readonly string[]): string[] {
  const had = wordsOf(before);
  const has = wordsOf(after);
  const said = new Set([...had, ...quotes.flatMap(wordsOf)]);
  const added = has.filter((word) => !said.has(word) && !GLUE.has(word));
  const dropped = had.filter((word) => (NEGATION.test(word) || /\d/.test(word)) && !has.includes(word));
  return [...new Set([...added, ...dropped])];
}
