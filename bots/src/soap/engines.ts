import { type EngineIdentity, parsePrompt } from '../kit/index.ts';
import promptFile from './prompt/1.0.0/prompt.json' with { type: 'json' };

/** The prompt in use. */
export const soapPrompt = parsePrompt(promptFile);

/** Drafts by rules; a change of a rule is a new version. */
export const soapEmbedded: EngineIdentity = {
  name: 'soap-embedded',
  version: '1.0.0',
  display: 'MindBridge note engine',
};

/** Drafts by Claude: one Device per version of the prompt. */
export const soapClaude: EngineIdentity = {
  name: 'soap-claude',
  version: soapPrompt.version,
  display: 'MindBridge note by Claude',
};
