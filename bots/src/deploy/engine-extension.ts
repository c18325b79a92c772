import type { Extension } from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import type { BotSource } from './deploy-bot.ts';

/** Which engine a bot asserts with, as an extension of the Bot: a server that knows it stamps what the bot writes. */
export function engineExtension({ engine, prompt }: Pick<BotSource, 'engine' | 'prompt'>): Extension {
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
            { url: 'modelCard', valueMarkdown: prompt.modelCard },
          ]
        : []),
    ],
  };
}
