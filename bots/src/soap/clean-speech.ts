import { allNumbers, tokenize } from '../kit/text/index.ts';

/** Written forms of what speech recognition tears apart or runs together. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/\bnine one one\b/g, '911'],
  [/\b(the|an|to|in) er(?=[\s,.;?!]|$)/g, '$1 emergency room'],
  [/\bi'?m a ?'?(?=gon ?na)/g, 'i am '],
  [/\bgon ?na\b/g, 'going to'],
  [/\bwan ?na\b/g, 'want to'],
  [/\bgot ?ta\b/g, 'have to'],
  [/\blem me\b/g, 'let me'],
  [/\b(?:kinda|sorta|kind of|sort of)\b/g, ''],
  [/\b(?:a )?(?:little )?bit of (?=an? )/g, ''],
  [/\b(?:a )?(?:little )?bit of\b/g, 'some'],
  [/(?:^|(?<=[\s,]))like ?,/g, ''],
  [/, ?(?:sir|ma'am|doctor|doc)\b/g, ''],
  [/\bca ?n't\b/g, 'cannot'],
  [/\bwo ?n't\b/g, 'will not'],
  [/ ?n't\b/g, ' not'],
  [/\b(do|does|did|is|are|was|were|has|have|had|could|would|should)nt\b/g, '$1 not'],
  [/\bcant\b/g, 'cannot'],
  [/\b(i)(m|ve)\b/g, "$1'$2"],
  [/\b(you|they)re\b/g, "$1're"],
  [/\bthats\b/g, "that's"],
  [/\bill (?=start|order|give|send|write|get|see|refer|check|have|put|call|prescribe|do)/g, "i'll "],
  [/\bi been\b/g, 'i have been'],
  [/\b(i|you|we|they)'ve\b/g, '$1 have'],
  [/\b(i|you|we|they|he|she|it|that)'ll\b/g, '$1 will'],
  [/\b(you|we|they)'re\b/g, '$1 are'],
  [/\bi'm\b/g, 'i am'],
  [/\b(i|you|we|they|he|she)'d\b/g, '$1 would'],
  [/\b(it|that|there|he|she|what)'s (?=(?:\w+ )?(?:been|had|got|gotten|gone|become|come back|started)\b)/g, '$1 has '],
  [/\b(it|that|there|he|she|what|here|how|where|when)'s\b/g, '$1 is'],
  [/'cause\b/g, 'because'],
  [/\bhey ,? ?dragon ?[,.?]? ?/g, ''],
];

const FILLERS =
  /(?:^|(?<=[\s,.;]))(?:um+|uh+|er+|erm|hmm+|mm-hmm|mm|uh-huh|(?<!\b(?:been|is|are|was|were|doing|feel|feeling|seems?|looks?) )(?:okay|ok|alright|all right)|yeah|yep|you know|y'know|i mean|actually|basically|honestly|obviously|(?<!\bnot )really|just|anyway|so yeah|let's see|(?<!\b(?:one|two|three|four|five|six|seven|eight|nine|hundred|point) )oh+h?|gosh|wow|(?<!\b(?:right|for|until|by|from|of|not|but|even|till|than) )now|like i said|as well|pretty much|a little bit|for me|for you)(?=$|[\s,.;?!])/g;

/** A pause within a thought: with its commas it goes; after a yes or no the comma stays. */
const HESITATION = /(?<!\b(?:no|yes|yeah|nope) ?), ?(?:um+|uh+|er+|erm|hmm+|mm)(?: ?,|(?=\s|$))/g;

/** Words that are fillers between commas only: elsewhere they are a side, a manner, or how sure somebody is. */
const INTERJECTIONS =
  /(?:^|(?<=[,.;] ?))(?:well|good|great|perfect|sure|right|fine|i guess|i think)(?= *(?:$|[,.;?!]))/g;

/** What a transcriber marks: words that were not heard, or not for certain, and noises. */
const MARKUP =
  /<\/?[a-z_]+ ?\/?>|[[(](?:inaudible|unintelligible|crosstalk|cross-talk|coughs?|coughing|laughs?|laughter|laughing|pause|sighs?|crying|silence|noise|background noise|door \w+|phone \w+|music|clears throat|typing|beep)[\])]/g;

/** Spoken text without fillers, repeats and torn words, in lower case, with numbers in digits. */
export function cleanSpeech(text: string): string {
  let clean = text.toLowerCase().replaceAll('’', "'").replace(MARKUP, ' ');
  for (const [pattern, written] of forms) {
    clean = clean.replace(pattern, written);
  }
  clean = clean
    .replace(HESITATION, ' ')
    .replace(FILLERS, ' ')
    .replace(INTERJECTIONS, ' ')
    .replace(/\b(?!(?:one|two|three|four|five|six|seven|eight|nine|oh|zero)\b)(\w+(?: \w+)?)(?:[ ,.]+\1\b)+/g, '$1')
    .replace(/\b\w+- /g, '');
  return tidy(digits(clean));
}

const SMALL: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
};

const OUT_OF = new RegExp(`\\b(\\d+) (?:over|out of) (\\d+|${Object.keys(SMALL).join('|')})\\b`, 'g');

function tidy(text: string): string {
  return text
    .replace(/\s+([,.;?!])/g, '$1')
    .replace(/ ?(?:\.{2,}|-{2,}|–) ?/g, ' ')
    .replace(/(?:[,;]\s*)+([.?!,])/g, '$1')
    .replace(/^[\s,.;?!-]+/, '')
    .replace(
      /\b(i|we|you|he|she|they|will|to|and|or|that|for|with|the|a), (?=(?:will|am|are|is|order|go|have|had|take|get|the|a)\b)/g,
      '$1 ',
    )
    .replace(
      new RegExp(`\\b(${Object.keys(SMALL).join('|')}) (or|to) (?=\\d)`, 'g'),
      (_all, word: string, joint: string) => `${SMALL[word]} ${joint} `,
    )
    .replace(
      new RegExp(
        `\\b(${Object.keys(SMALL).join('|')}) (?=\\d (?:minutes|hours|days|weeks|months|years|times)\\b)`,
        'g',
      ),
      (_all, word: string) => `${SMALL[word]} to `,
    )
    .replace(/\ba (?=\d{3}\b)/g, '')
    .replace(/\b(\d+(?:\.\d+)?) percent\b/g, '$1%')
    .replace(/\bmilligrams?\b/g, 'mg')
    .replace(/\bmicrograms?\b/g, 'mcg')
    .replace(OUT_OF, (_all, first: string, second: string) => `${first}/${SMALL[second] ?? second}`)
    .replace(/\s+/g, ' ')
    .trim();
}

/** Spoken numbers from 10 on, and before a unit every number, become digits. */
function digits(text: string): string {
  const tokens = tokenize(text);
  const spoken = allNumbers(text, tokens).filter((each) => each.whole && !/^\d/.test(tokens[each.first]?.text ?? ''));
  let written = text;
  for (const number of spoken.sort((a, b) => b.start - a.start)) {
    const said = text.slice(number.start, number.end);
    const next = tokens[number.last + 1]?.text ?? '';
    const hasUnit =
      /^(?:mg|milligrams?|mcg|percent|over|out|year|years|days?|weeks?|months?|hours?|minutes?|degrees|pounds|times|puffs?)$/.test(
        next,
      );
    if (
      /^(?:a|an|another|every|per|each|last|past|this|next|half|both|couple|once|twice|daily|dozen|first|second|third|oh|point)\b/.test(
        said,
      ) ||
      (number.value < 10 && !hasUnit && Number.isInteger(number.value))
    ) {
      continue;
    }
    written = `${written.slice(0, number.start)}${number.value}${written.slice(number.end)}`;
  }
  return written;
}
