import { remember } from './remember.ts';

const IRREGULAR: Readonly<Record<string, string>> = {
  feet: 'foot',
  teeth: 'tooth',
  children: 'child',
  felt: 'feel',
  took: 'take',
  taken: 'take',
  broke: 'break',
  broken: 'break',
  fell: 'fall',
  fallen: 'fall',
  vertebrae: 'vertebra',
  diagnoses: 'diagnosis',
  metastases: 'metastasis',
};

/** A word without its commonest endings, so that "swelling", "swollen" and "swells" are not far apart. Not a linguist's stem. */
export const stem = remember(stemOf);

function stemOf(word: string): string {
  const known = IRREGULAR[word];
  if (known) {
    return known;
  }
  if (word.length <= 4 || /\d/.test(word)) {
    return word.length > 3 && /[^siu]s$/.test(word) ? word.slice(0, -1) : word;
  }
  return word
    .replace(/'s$/, '')
    .replace(/(?:ies)$/, 'y')
    .replace(/(?:sses)$/, 'ss')
    .replace(/([^siu])s$/, '$1')
    .replace(/(?:ingly|edly)$/, '')
    .replace(/(?:ing|ed)$/, '')
    .replace(/(?:ally|ly)$/, '')
    .replace(/([bdfglmnprt])\1$/, '$1')
    .replace(/e$/, '');
}

/** Words that carry no content of their own. */
const STOP = new Set(
  (
    'a an the and or but if then so of to in on at for from by with without within about as into over under up down out off ' +
    'is are was were be been being am do does did done has have had having will would can could should shall may might must ' +
    'i you he she it we they me him her us them my your his its our their mine yours this that these those there here who whom ' +
    'which what when where why how all any both each few more most other some such no nor not only own same than too very just ' +
    "also again once ever never n't okay ok um uh yeah yes right well like know mean kind sort little bit gon na wan got get " +
    'patient doctor mr mrs ms dr today now going go let us one'
  ).split(' '),
);

/** Is this a word without content of its own? */
export function isStopWord(word: string): boolean {
  return STOP.has(word);
}
