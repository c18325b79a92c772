import type { Extension } from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import { type EngineIdentity, type Prompt, promptText } from '../kit/index.ts';

/** The prompt with which a bot may ask a model, and the card of both. */
export interface PromptInUse {
  readonly prompt: Prompt;
  readonly modelCard: string;
}

/** Which engine a bot asserts with, as an extension of the Bot: a server that knows it stamps what the bot writes. */
export function engineExtension(engine: EngineIdentity, prompt: PromptInUse | undefined): Extension {
  return {
    url: extensionUrl.botEngine,
    extension: [
      { url: 'name', valueString: engine.name },
      { url: 'version', valueString: engine.version },
      { url: 'display', valueString: engine.display },
      ...(prompt
        ? [
            { url: 'prompt', valueString: `${prompt.prompt.id}/${prompt.prompt.version}` },
            { url: 'promptSha256', valueString: prompt.prompt.hash },
            { url: 'promptText', valueString: promptText(prompt.prompt) },
            { url: 'modelCard', valueMarkdown: prompt.modelCard },
          ]
        : []),
      ...(engine.validator ? [{ url: 'validator', valueString: engine.validator }] : []),
      ...(engine.terminologies ?? []).map((each) => ({ url: 'terminology', valueString: each })),
    ],
  };
}
