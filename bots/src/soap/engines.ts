import { type EngineIdentity, type Prompt, parsePrompt } from '../kit/index.ts';
import { noteValidator } from '../kit/validate/version.ts';
import firstFile from './prompt/1.0.0/prompt.json' with { type: 'json' };
import secondFile from './prompt/1.1.0/prompt.json' with { type: 'json' };

/** The prompt in use where the clinic has activated none. */
export const soapPrompt = parsePrompt(firstFile);

/** Every version that this bot can be told to use; the first is used when it is told nothing. */
export const soapPrompts: readonly [Prompt, ...Prompt[]] = [soapPrompt, parsePrompt(secondFile)];

/** Drafts by rules; a change of a rule is a new version. */
export const soapEmbedded: EngineIdentity = {
  name: 'soap-embedded',
  version: '1.3.0',
  display: 'MindBridge note engine',
  validator: noteValidator,
};

/** Drafts by Claude: one Device per version of the prompt. */
export function soapClaude(prompt: Prompt): EngineIdentity {
  return { name: 'soap-claude', version: prompt.version, display: 'MindBridge note by Claude' };
}
