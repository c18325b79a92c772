import { drugTable } from './drug-table.ts';

/** A medicine with every name it goes by. */
export interface Drug {
  /** Generic name; the identity of the medicine. */
  readonly name: string;
  /** Generic and brand names, lower case. */
  readonly names: readonly string[];
  /** Names of its class, as "statin" or "blood thinner". */
  readonly classes: readonly string[];
}

/** Splits at commas that stand outside brackets. */
const ENTRY = /\s*([^,()]+?)\s*(?:\(([^)]*)\))?\s*(?:,|$)/g;

function readTable(table: string): Drug[] {
  return table
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [classes = '', entries = ''] = line.split(' = ');
      return Array.from(entries.matchAll(ENTRY), (match) => {
        const name = match[1] ?? '';
        return { name, names: [name, ...(match[2]?.split('/') ?? [])], classes: classes.split('/') };
      });
    });
}

/** Every medicine of the table. */
export const drugs: readonly Drug[] = readTable(drugTable);

/** Every class name with the generic names of its medicines. */
export const drugClasses: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const classes = new Map<string, Set<string>>();
  for (const drug of drugs) {
    for (const name of drug.classes) {
      classes.set(name, (classes.get(name) ?? new Set()).add(drug.name));
    }
  }
  return classes;
})();

/** Endings by which regulators name medicines: an unknown word with one of them is still a medicine. @see https://www.ama-assn.org/about/united-states-adopted-names */
const STEMS =
  /^[a-z]{3,}(?:pril|sartan|olol|dipine|statin|gliptin|gliflozin|glutide|glitazone|prazole|tidine|setron|triptan|oxetine|azepam|azolam|caine|cillin|mycin|micin|floxacin|cycline|conazole|vir|mab|nib|parin|xaban|grel|dronate|profen|oxicam|coxib|codone|morphone|pramine|triptyline|peridone|piprazole|lukast|terol|tropium|thiazide|semide|zosin|fibrate|metformin|barbital|phylline|sone|solone|onide|cept|lizumab|ciclib|stigmine|bactam|oxacin|phenazine)$/;

/** Common words that end as medicines do. */
const NOT_DRUGS = new Set([
  'reason',
  'poison',
  'arson',
  'nib',
  'concept',
  'accept',
  'except',
  'intercept',
  'percept',
  'elvir',
  'comparison',
  'crimson',
  'cocaine',
  'cortisone',
  'insone',
]);

/** Does a word look like a medicine by its ending? */
export function looksLikeDrug(word: string): boolean {
  return word.length >= 7 && STEMS.test(word) && !NOT_DRUGS.has(word);
}
