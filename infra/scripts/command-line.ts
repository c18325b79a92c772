import { parseArgs } from 'node:util';

/** What an option is when it is left out: a number, a text, a switch that is off, or nothing; a list names all that it may be. */
type Default = number | string | false | undefined | readonly string[];
type Value<T extends Default> = T extends number
  ? number
  : T extends false
    ? boolean
    : T extends string
      ? string
      : T extends readonly (infer Choice)[]
        ? Choice | undefined
        : string | undefined;
type Defaults = Readonly<Record<string, Default>>;

/** How a program is called. */
export interface CommandShape<Options extends Defaults> {
  /** Such as `npm run backup --`. */
  readonly call: string;
  /** What it does, in one or two sentences. */
  readonly about: string;
  /** Names of what may follow without an option, such as `FILE`, each of which may be left out. */
  readonly operands?: readonly string[];
  /** The options by their names, each with its default. */
  readonly options?: Options;
}

/** What a person asked of a program. */
export interface Asked<Options extends Defaults> {
  readonly operands: readonly string[];
  readonly options: { readonly [Name in keyof Options]: Value<Options[Name]> };
}

/**
 * Reads the command line of this process. `--help` prints how the program is called and ends it with 0; what it does not
 * understand ends it with 2, after one sentence and the same help.
 */
export function readCommandLine<const Options extends Defaults = Record<never, never>>(
  shape: CommandShape<Options>,
): Asked<Options> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(`${helpOf(shape)}\n`);
    process.exit(0);
  }
  try {
    return parseCommandLine(shape, args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usageOf(shape)}\n`);
    process.exit(2);
  }
}

/** Reads arguments as the shape says. @throws Error with one sentence that names what was found and what is needed. */
export function parseCommandLine<const Options extends Defaults = Record<never, never>>(
  { operands = [], options = {} as Options }: CommandShape<Options>,
  args: readonly string[],
): Asked<Options> {
  const type = (value: Default): 'boolean' | 'string' => (value === false ? 'boolean' : 'string');
  const kinds = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, { type: type(value) }]));
  const { values, positionals } = parsed(args, kinds);
  if (positionals.length > operands.length) {
    throw new Error(`Found ${positionals.map((each) => `"${each}"`).join(' ')}, need ${needed(operands)}.`);
  }
  const read = Object.entries(options).map(([name, value]) => [name, readValue(name, values[name], value)]);
  return { operands: positionals, options: Object.fromEntries(read) as Asked<Options>['options'] };
}

function parsed(args: readonly string[], options: Record<string, { type: 'boolean' | 'string' }>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Node's message goes on with advice about dashes.
    throw new Error(`${(error as Error).message.split(/\. |\n/)[0]}.`);
  }
}

function needed(operands: readonly string[]): string {
  return operands.length === 0 ? 'options only' : `no more than ${operands.join(' ')}`;
}

function readValue(name: string, found: string | boolean | undefined, fallback: Default): Default | boolean {
  if (found === undefined) {
    return isChoice(fallback) ? undefined : fallback;
  }
  if (isChoice(fallback) && !fallback.includes(String(found))) {
    throw new Error(`Found --${name} "${found}", need one of ${fallback.join(', ')}.`);
  }
  if (typeof fallback === 'number' && !/^\d+(\.\d+)?$/.test(String(found))) {
    throw new Error(`Found --${name} "${found}", need a number.`);
  }
  return typeof fallback === 'number' ? Number(found) : found;
}

function isChoice(value: Default): value is readonly string[] {
  return Array.isArray(value);
}

/** How the program is called, on one line. */
function usageOf<Options extends Defaults>(shape: CommandShape<Options>): string {
  const { call, operands = [], options = {} as Options } = shape;
  const shown = Object.entries(options).map(([name, value]) =>
    value === false ? `[--${name}]` : `[--${name} ${isChoice(value) ? value.join('|') : value || name.toUpperCase()}]`,
  );
  return `Usage: ${[call, ...operands.map((each) => `[${each}]`), ...shown].join(' ')}`;
}

function helpOf<Options extends Defaults>(shape: CommandShape<Options>): string {
  return `${usageOf(shape)}\n\n${shape.about}`;
}
