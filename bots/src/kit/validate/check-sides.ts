import { bodyParts } from '../lexicon/findings.ts';
import { stem } from '../text/index.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import type { Source } from './source.ts';

const parts = new Set(bodyParts.flatMap((part) => part.split(' ').map(stem)));
const OPPOSITE: Readonly<Record<string, string>> = { left: 'right', right: 'left' };
/** A side stands shortly before its part, or follows it: "left knee", "the knee on the right". */
const REACH = { before: 4, after: 6 };

/** A side in a draft must be the side that was said of the same part of the body. */
export function checkSides(sentence: NoteSentence, source: Source): Finding[] {
  return sentence.tokens.flatMap((token, at): Finding[] => {
    const other = OPPOSITE[token.text];
    if (!other || isDirection(sentence, at)) {
      return [];
    }
    const near = sentence.tokens
      .slice(at + 1, at + 6)
      .map((each) => stem(each.text))
      .filter((each) => parts.has(each));
    const said = sidesSaid(near, source);
    const contradicted = said.has(other) && !said.has(token.text) && !said.has('both');
    const neverSaid = said.size === 0 && !source.positions.has(token.text) && source.positions.has(other);
    if (!contradicted && !neverSaid) {
      return [];
    }
    const detail = `The ${other} side was said, the draft has ${token.text}`;
    return [{ kind: 'side', severity: 'block', start: token.start, end: token.end, text: token.text, detail }];
  });
}

/** "right now", "left work": the word is no side. */
function isDirection(sentence: NoteSentence, at: number): boolean {
  const next = sentence.tokens[at + 1]?.text ?? '';
  return /^(?:now|away|after|before|there|here|the|his|her|work|school|home|amount)$/.test(next);
}

/** Sides said near a mention of the parts: both if "both", "bilateral" or "each" is. */
function sidesSaid(near: readonly string[], source: Source): Set<string> {
  const said = new Set<string>();
  for (const part of near) {
    for (const at of source.positions.get(part) ?? []) {
      for (const word of source.stems.slice(Math.max(0, at - REACH.before), at + REACH.after + 1)) {
        if (word === 'left' || word === 'right') {
          said.add(word);
        } else if (word === 'both' || word.startsWith('bilat')) {
          said.add('both');
        }
      }
    }
  }
  return said;
}
