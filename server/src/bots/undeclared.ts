import { parseAllowList } from '../outbound/index.ts';
import type { DeclaredManifest } from './bot-registry.ts';

const QUOTE = `['"\`]`;
/** A call of one of these functions, as a property or by its name in brackets, up to its first argument. */
const callOf = (names: string): string => `(?:\\.|\\[\\s*${QUOTE})(?:${names})(?:${QUOTE}\\s*\\])?\\s*\\(\\s*`;
const TYPE = `${QUOTE}([A-Z]\\w*)${QUOTE}`;

const READS = [
  callOf('readResource|readHistory|readVersion|search|searchOne|searchResources|searchResourcePages') + TYPE,
  `${callOf('readReference')}\\{\\s*reference\\s*:\\s*${QUOTE}([A-Z]\\w*)/`,
].map((text) => new RegExp(text, 'g'));
const WRITES = [new RegExp(callOf('deleteResource|patchResource') + TYPE, 'g')];
/** Where it cannot be told whether something is read or written: addresses, but of operations, and requests of a Bundle. */
const TOUCHES = [
  `${callOf('fhirUrl') + TYPE}(?!\\s*,\\s*${QUOTE}\\$)`,
  `${QUOTE}[^'"\`\\s]*fhir/R4/([A-Z]\\w*)(?!\\w|/\\$)`,
  `\\bmethod\\s*:\\s*${QUOTE}[A-Z]+${QUOTE}\\s*,\\s*url\\s*:\\s*${QUOTE}([A-Z]\\w*)`,
  `\\burl\\s*:\\s*${QUOTE}([A-Z]\\w*)[^'"\`]*${QUOTE}\\s*,\\s*method\\s*:`,
].map((text) => new RegExp(text, 'g'));
const WRITTEN_OBJECT = new RegExp(
  `${callOf('createResource|createResourceIfNoneExist|updateResource|upsertResource')}\\{`,
  'g',
);
const FETCH_CALL = /(?:^|[^.\w$])fetch\(\s*(['"`])(https?:\/\/[^'"`]+)/g;
/** How far into an object its resource type is looked for. */
const MOST_CHARACTERS = 20_000;

/**
 * What the code plainly does and its manifest does not declare: resource types named in calls of the client, hosts named in
 * calls of fetch. What the code puts together at run time is met by the token of the run and by the egress check.
 */
export function undeclaredUses(code: string, { reads, writes, egress }: DeclaredManifest): string[] {
  const allow = parseAllowList(egress);
  const written = [...types(code, WRITES), ...writtenTypes(code)];
  const uses = [
    ...undeclared(types(code, READS), reads).map((type) => `reads ${type}`),
    ...undeclared(written, writes).map((type) => `writes ${type}`),
    ...undeclared(types(code, TOUCHES), [...reads, ...writes]).map((type) => `reads or writes ${type}`),
    ...[...code.matchAll(FETCH_CALL)].flatMap(([, , text = '']) => hostOutside(text, allow)),
  ];
  return [...new Set(uses)].sort();
}

function undeclared(types: readonly string[], declared: readonly string[]): string[] {
  return types.filter((type) => !declared.includes(type));
}

function types(code: string, patterns: readonly RegExp[]): string[] {
  return patterns
    .flatMap((pattern) => [...code.matchAll(pattern)])
    .flatMap(([, type]) => (type === undefined ? [] : [type]));
}

/** Types of the objects that calls write: `resourceType` of the object itself, not of what lies within it. */
function writtenTypes(code: string): string[] {
  return [...code.matchAll(WRITTEN_OBJECT)].flatMap(({ index, 0: { length } }) => {
    const own = ownText(code.slice(index + length, index + length + MOST_CHARACTERS));
    const type = /(?:^|[,\s'"])resourceType['"]?\s*:\s*['"`]([A-Z]\w*)['"`]/.exec(own)?.[1];
    return type === undefined ? [] : [type];
  });
}

/** The text of an object up to its end, without what stands in deeper brackets. */
function ownText(text: string): string {
  let depth = 1;
  let own = '';
  for (const character of text) {
    depth += '{[('.includes(character) ? 1 : '}])'.includes(character) ? -1 : 0;
    if (depth === 0) {
      break;
    }
    own += depth === 1 ? character : '';
  }
  return own;
}

function hostOutside(text: string, egress: ReturnType<typeof parseAllowList>): string[] {
  const origin = /^https?:\/\/[^/?#$]+/.exec(text)?.[0] ?? '';
  if (!URL.canParse(origin)) {
    return [];
  }
  const { hostname, port, protocol } = new URL(origin);
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  return egress.allowsHost(hostname, number) || egress.allowsAddress(hostname, number) ? [] : [`calls ${hostname}`];
}
