/** Functions of FHIRPath that run a regular expression. */
const CALL = /\b(?:matches|matchesFull|replaceMatches)\s*\(/gi;
const LITERAL_ARGUMENT = /^\s*'((?:[^'\\]|\\.)*)'\s*[,)]/;
/** With more of them one after the other, a text of a few hundred characters takes seconds. */
const MOST_REPETITIONS = 3;

/**
 * May the regular expressions of a FHIRPath expression that somebody has written be run? Only patterns that stand there
 * as they are, that repeat no group and refer back to none, with few repetitions: on others a crafted text takes for
 * ever, and everybody else waits.
 */
export function hasSafePatterns(expression: string): boolean {
  return [...expression.matchAll(CALL)].every(({ index, 0: call }) => {
    const pattern = LITERAL_ARGUMENT.exec(expression.slice(index + call.length))?.[1];
    return pattern !== undefined && isSafe(pattern.replace(/\\(['"`\\])/g, '$1'));
  });
}

function isSafe(pattern: string): boolean {
  // Escaped characters and classes first: what is in them repeats nothing.
  const bare = pattern.replace(/\\[^1-9k]/g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const repetitions = bare.match(/[*+]|\{\d*,\d*\}|\{\d{3,}\}/g) ?? [];
  return !/\)[*+{]/.test(bare) && !/\\[1-9k]/.test(bare) && repetitions.length <= MOST_REPETITIONS;
}
