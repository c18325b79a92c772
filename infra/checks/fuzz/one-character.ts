/** One character of a text, changed: where, from what, to what. */
export interface OneChange {
  readonly path: string;
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

type Random = (below: number) => number;

/** Small and seeded, so that a failure can be made again. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
}

const ALPHABET = [
  ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;-_/"\'<>{}[]',
  '\u00a0',
  '\u200b',
  'é',
  'а',
  '\n',
  '\t',
];
const ALIKE: Readonly<Record<string, string>> = {
  a: 'а',
  e: 'е',
  o: 'о',
  p: 'р',
  c: 'с',
  i: 'і',
  l: '1',
  O: '0',
  '-': '‐',
  ' ': '\u00a0',
  '.': '․',
};

/** What may come of a character: nothing, two, another, another case, one that looks alike, the next digit. */
function insteadOf(character: string, random: Random): string {
  const other = ALPHABET[random(ALPHABET.length)] as string;
  const ways = [
    '',
    character + character,
    character + other,
    other,
    character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase(),
    ALIKE[character] ?? other,
    /\d/.test(character) ? String((Number(character) + 1 + random(9)) % 10) : other,
  ];
  const way = ways[random(ways.length)] as string;
  return way === character ? `${character}${character}` : way;
}

interface Leaf {
  readonly path: string;
  readonly holder: Record<string, unknown>;
  readonly name: string;
  readonly text: string;
}

/** What says who and when a version was stored by the server, and no author writes. */
const SERVERS = new Set([
  'versionId',
  'lastUpdated',
  'resourceType',
  'id',
  'project',
  'author',
  'compartment',
  'account',
  'accounts',
]);

function leavesOf(value: object, path: string): Leaf[] {
  return Object.entries(value).flatMap(([name, child]): Leaf[] => {
    const here = `${path}.${name}`;
    if (SERVERS.has(name) && (path === '' || path === '.meta')) {
      return name === 'author' && path === '' ? leavesOf(child as object, here) : [];
    }
    if (typeof child === 'string' && child !== '') {
      return [{ path: here, holder: value as Record<string, unknown>, name, text: child }];
    }
    return typeof child === 'object' && child !== null ? leavesOf(child, here) : [];
  });
}

/** Changes one character of one text within a value, in place. */
export function changedLeaf(value: object, random: Random): OneChange {
  const leaves = leavesOf(value, '');
  const { path, holder, name, text } = leaves[random(leaves.length)] as Leaf;
  const characters = [...text];
  const at = random(characters.length);
  const from = characters[at] as string;
  const to = insteadOf(from, random);
  holder[name] = [...characters.slice(0, at), to, ...characters.slice(at + 1)].join('');
  return { path, at, from, to };
}
