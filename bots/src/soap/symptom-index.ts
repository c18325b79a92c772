import { conditions } from '../kit/lexicon/conditions.ts';
import { findings } from '../kit/lexicon/findings.ts';
import { termIndex } from '../kit/lexicon/term-index.ts';

/** Symptoms, signs and conditions by every name. */
export const symptomIndex = termIndex([
  ...findings.flatMap((each) => each.names.map((name) => [name, name] as const)),
  ...conditions.flatMap((each) => each.names.map((name) => [name, name] as const)),
]);
