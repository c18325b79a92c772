/** Words that hardly any stretch of English speech does without. */
const ENGLISH = new Set(
  `the and to of i you it that a is in on have was for with so okay yes no not your my we do are be what this but just
  can know if at or like right been had me how about there they some any good well
  all now out then when will would please because he she an from`.split(/\s+/),
);

/** Share of English words below which a longer text is taken to be in another language; English dialogue has 0.4 to 0.6. */
const LEAST_SHARE = 0.15;
const ENOUGH_WORDS = 20;

/** Is this text plainly in another language than English? Short texts get the benefit of the doubt, unless in another script. */
export function isOtherLanguage(text: string): boolean {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const foreign = words.filter((word) => !/^\p{Script=Latin}+$/u.test(word)).length;
  if (words.length > 0 && foreign / words.length > 0.5) {
    return true;
  }
  const english = words.filter((word) => ENGLISH.has(word)).length;
  return words.length >= ENOUGH_WORDS && english / words.length < LEAST_SHARE;
}
