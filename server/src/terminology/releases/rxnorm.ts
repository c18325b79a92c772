import type { Lines, ReleasedConcept } from './released-concept.ts';

export const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
/** Columns of RXNCONSO.RRF. */
const [RXCUI, SAB, TTY, STR, SUPPRESS] = [0, 11, 12, 14, 16] as const;
/** Synonyms never name a concept. */
const SYNONYMS = new Set(['SY', 'TMSY', 'ET', 'PSN']);

/**
 * Reads `RXNCONSO.RRF`: one concept for each RXCUI of RxNorm itself, named by its normal form.
 * @see https://www.nlm.nih.gov/research/umls/rxnorm/docs/techdoc.html
 */
export async function* readRxNorm(lines: Lines): AsyncGenerator<ReleasedConcept> {
  const named = new Set<string>();
  for await (const line of lines) {
    const fields = line.split('|');
    const code = fields[RXCUI];
    const display = fields[STR];
    if (code && display && fields[SAB] === 'RXNORM' && !SYNONYMS.has(fields[TTY] ?? '') && !named.has(code)) {
      named.add(code);
      yield { code, display, active: fields[SUPPRESS] !== 'O' && fields[SUPPRESS] !== 'Y' };
    }
  }
}
