/** Words of notes that say nothing of a visit by themselves. */
const COMMON = new Set(
  `the patient patients reports reported denies denied states stated notes noted describes endorses and for with without
  that this his her their she they has have had was were will would not are but from been being plan continue`.split(
    /\s+/,
  ),
);

const NUMBER_WORD =
  /^(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|once|twice|half|couple|dozen|daily|first|second|third)$/;

/** So few words may all be other words for what was said: "agrees with the plan". */
const FEW = 3;
const BEGINNING = 5;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}{3,}|\d+/gu) ?? [];
const isNumber = (word: string): boolean => /^\d/.test(word);
const beginning = (word: string): string => word.slice(0, BEGINNING);

/**
 * Does what a sentence cites speak of what it says? A quote that is real proves nothing for a sentence about something
 * else: some word of the sentence must be said there, and where it holds numbers, some number. Whether each fact is
 * right is the validator's business; this is the floor that no engine passes under.
 */
export function speaksOf(sentence: string, cited: readonly string[]): boolean {
  const said = cited.flatMap(wordsOf);
  const beginnings = new Set(said.map(beginning));
  const words = wordsOf(sentence).filter((word) => !COMMON.has(word));
  const content = words.filter((word) => !isNumber(word));
  const hasNumber = said.some((word) => isNumber(word) || NUMBER_WORD.test(word));
  const numbersSaid = words.length === content.length || hasNumber;
  return numbersSaid && (content.length < FEW || content.some((word) => beginnings.has(beginning(word))));
}
