/** Most answers kept; then the memory starts anew. */
const LIMIT = 20_000;

/** A pure function of one word that remembers its answers: texts repeat their words. */
export function remember<T>(answer: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) {
      return before;
    }
    if (known.size >= LIMIT) {
      known.clear();
    }
    const made = answer(word);
    known.set(word, made);
    return made;
  };
}
