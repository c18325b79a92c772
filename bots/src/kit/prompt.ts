/** A prompt of the library: one folder per prompt and version, its text pinned by a hash. */
export interface Prompt {
  readonly id: string;
  readonly version: string;
  /** Lower-case hex SHA-256 over `promptText`; an edit without a new version fails the library's test. */
  readonly hash: string;
  readonly system: readonly string[];
  readonly user: readonly string[];
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Reads a prompt file; throws with the name of the element that is missing or malformed. */
export function parsePrompt(value: unknown): Prompt {
  const file: Record<string, unknown> = isRecord(value) ? { ...value } : {};
  return {
    id: matching(file, 'id', /^[a-z0-9-]+$/),
    version: matching(file, 'version', /^\d+\.\d+\.\d+$/),
    hash: matching(file, 'hash', /^[0-9a-f]{64}$/),
    system: lines(file, 'system'),
    user: lines(file, 'user'),
    schema: isRecord(file.schema) ? file.schema : malformed('schema'),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(element: string): never {
  throw new Error(`The prompt's ${element} is missing or malformed`);
}

function matching(file: Record<string, unknown>, element: string, pattern: RegExp): string {
  const value = file[element];
  return typeof value === 'string' && pattern.test(value) ? value : malformed(element);
}

function lines(file: Record<string, unknown>, element: string): string[] {
  const value = file[element];
  const texts = Array.isArray(value) ? value.filter((line) => typeof line === 'string') : [];
  return Array.isArray(value) && texts.length === value.length && texts.length > 0 ? texts : malformed(element);
}

/** The text that the hash stands for: everything a model would see, in a fixed order. */
export function promptText(prompt: Omit<Prompt, 'hash'>): string {
  return JSON.stringify([prompt.id, prompt.version, prompt.system, prompt.user, prompt.schema]);
}

/** `id/version`: how a prompt is named where it is activated. */
export function promptKey(prompt: Prompt): string {
  return `${prompt.id}/${prompt.version}`;
}

/** The prompt of a library that a key names; the library's first where none is named, undefined where it holds no such one. */
export function promptNamed(library: readonly [Prompt, ...Prompt[]], key: string | undefined): Prompt | undefined {
  return key === undefined ? library[0] : library.find((prompt) => promptKey(prompt) === key);
}

/** Names of the variables that the user part holds, as `{{name}}`. */
export function promptVariables(prompt: Prompt): string[] {
  const names = [...prompt.user.join('\n').matchAll(/\{\{([a-z-]+)\}\}/g)].map((match) => match[1] ?? '');
  return [...new Set(names)];
}

/** The prompt's two parts with every variable filled in; throws when one is missing. Values stay data: nothing in them is expanded. */
export function renderPrompt(
  prompt: Prompt,
  variables: Readonly<Record<string, string>>,
): { system: string; user: string } {
  const user = prompt.user.join('\n').replace(/\{\{([a-z-]+)\}\}/g, (_whole, name: string) => {
    const value = variables[name];
    if (value === undefined) {
      throw new Error(`Prompt ${prompt.id} ${prompt.version} needs the variable ${name}`);
    }
    return value.replaceAll('<', '‹').replaceAll('>', '›');
  });
  return { system: prompt.system.join('\n'), user };
}
