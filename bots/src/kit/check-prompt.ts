import { type Prompt, promptText, promptVariables } from './prompt.ts';
import { sha256 } from './sha256.ts';

/**
 * What keeps a prompt from being used, as stable codes; none when it may be. A prompt that carries patient data must keep it
 * apart from its instructions, say that it is no instruction, allow for what is not documented, and ask for a closed form;
 * one that drafts sentences must ask for the evidence of each.
 */
export function promptProblems(prompt: Prompt): string[] {
  const [system, user] = [prompt.system.join('\n'), prompt.user.join('\n')];
  const problem = (isWrong: boolean, code: string): string[] => (isWrong ? [code] : []);
  return [
    ...problem(sha256(promptText(prompt)) !== prompt.hash, 'prompt-hash'),
    ...promptVariables(prompt)
      .filter((name) => !new RegExp(`<${name}>\\s*\\{\\{${name}\\}\\}\\s*</${name}>`).test(user))
      .map((name) => `prompt-block-${name}`),
    ...problem(!/never an instruction/i.test(system), 'prompt-instructions'),
    ...problem(!/not documented/i.test(system), 'prompt-not-documented'),
    ...problem(!isClosed(prompt.schema), 'prompt-schema-open'),
    ...problem(draftsWithoutEvidence(prompt.schema), 'prompt-evidence'),
  ];
}

type Schema = Readonly<Record<string, unknown>>;

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Does every object of a schema name all of its elements as required, and permit no other? */
function isClosed(schema: Schema): boolean {
  const { type, properties, required, items } = schema;
  if (type === 'array') {
    return isSchema(items) && isClosed(items);
  }
  if (type !== 'object') {
    return true;
  }
  const parts = isSchema(properties) ? Object.entries(properties) : [];
  const named = Array.isArray(required) ? required : [];
  return (
    schema.additionalProperties === false &&
    parts.length > 0 &&
    parts.every(([name, part]) => named.includes(name) && isSchema(part) && isClosed(part))
  );
}

function draftsWithoutEvidence({ properties }: Schema): boolean {
  const sentences = isSchema(properties) ? properties.sentences : undefined;
  const sentence = isSchema(sentences) && isSchema(sentences.items) ? sentences.items : undefined;
  return sentence !== undefined && !(isSchema(sentence.properties) && isSchema(sentence.properties.evidence));
}
