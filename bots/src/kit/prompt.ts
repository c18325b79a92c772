import { z } from 'zod';

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

const promptSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  system: z.array(z.string()).min(1),
  user: z.array(z.string()).min(1),
  schema: z.record(z.string(), z.unknown()),
});

/** Reads a prompt file; throws when an element is missing or malformed. */
export function parsePrompt(value: unknown): Prompt {
  return promptSchema.parse(value);
}

/** The text that the hash stands for: everything a model would see, in a fixed order. */
export function promptText(prompt: Omit<Prompt, 'hash'>): string {
  return JSON.stringify([prompt.id, prompt.version, prompt.system, prompt.user, prompt.schema]);
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
