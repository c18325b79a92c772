interface Concept {
  readonly code: string;
  readonly display?: string;
}

/** What the generator needs of a compiled definition. */
export interface CompiledDefinition {
  readonly resourceType: string;
  readonly id: string;
  readonly url: string;
  readonly type?: string;
  readonly concept?: readonly Concept[];
}

const base = 'https://mindbridge.health/fhir';

interface Group {
  readonly name: string;
  readonly doc: string;
  readonly has: (definition: CompiledDefinition) => boolean;
}

const groups: readonly Group[] = [
  {
    name: 'profileUrl',
    doc: 'Profiles: values of `meta.profile`.',
    has: ({ resourceType, type }) => resourceType === 'StructureDefinition' && type !== 'Extension',
  },
  {
    name: 'extensionUrl',
    doc: 'Extensions: values of `extension.url`.',
    has: ({ resourceType, type }) => resourceType === 'StructureDefinition' && type === 'Extension',
  },
  {
    name: 'codeSystemUrl',
    doc: 'Code systems: values of `coding.system`.',
    has: ({ resourceType }) => resourceType === 'CodeSystem',
  },
  { name: 'valueSetUrl', doc: 'Value sets.', has: ({ resourceType }) => resourceType === 'ValueSet' },
  {
    name: 'searchParameterUrl',
    doc: 'Search parameters beside those of R4.',
    has: ({ resourceType }) => resourceType === 'SearchParameter',
  },
  { name: 'measureUrl', doc: 'Measures.', has: ({ resourceType }) => resourceType === 'Measure' },
];

/** `crisis-call` → `crisisCall`; `phq-9-item-9` → `phq9Item9`. */
export function camelCase(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function constant(name: string, doc: string, lines: readonly string[]): string {
  return `\n/** ${doc} */\nexport const ${name} = {\n${lines.join('\n')}\n} as const;\n`;
}

function codings(system: CompiledDefinition): string {
  const lines = (system.concept ?? []).map(
    ({ code, display }) =>
      `  ${camelCase(code)}: {\n    system: ${quoted(system.url)},\n    code: ${quoted(code)},\n    display: ${quoted(display ?? code)},\n  },`,
  );
  return constant(`${camelCase(system.id)}Coding`, `Code system \`${system.id}\` as codings.`, lines);
}

/** Text of `src/canonicals.ts` for the compiled definitions: URLs by kind, and each code system of ours as codings. */
export function canonicalsSource(definitions: readonly CompiledDefinition[]): string {
  const ours = definitions.filter(({ url }) => url.startsWith(`${base}/`)).sort((a, b) => (a.url < b.url ? -1 : 1));
  const urls = groups.map(({ name, doc, has }) =>
    constant(
      name,
      doc,
      ours.filter(has).map(({ id, url }) => `  ${camelCase(id)}: ${quoted(url)},`),
    ),
  );
  const systems = ours.filter(({ resourceType }) => resourceType === 'CodeSystem');
  const head = '// Generated from fsh/ by `npm run build -w fhir-profiles`; do not edit.\n';
  const first = `\n/** Base of every canonical URL of ours. */\nexport const CANONICAL_BASE = ${quoted(base)};\n`;
  return [head, first, ...urls, ...systems.map(codings)].join('');
}
