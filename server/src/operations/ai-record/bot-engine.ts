import type { Bot, Extension } from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import type { Repository } from '../../repository/index.ts';
import { unlessMissing } from '../notes/load-note.ts';

/** The engine whose assertions a bot writes, as its Bot resource declares it. */
export interface DeclaredEngine {
  readonly name: string;
  readonly version: string;
  readonly display: string;
  /** `id/version` of its prompt, and the hash of the prompt's text. */
  readonly prompt?: string;
  readonly promptSha256?: string;
  readonly promptText?: string;
  /** `name/version` of the validator that checks what it writes. */
  readonly validator?: string;
  /** Vocabularies that it uses, as `system|version`. */
  readonly terminologies?: readonly string[];
  /** Markdown. */
  readonly modelCard?: string;
}

const FRESH_MS = 5000;

/** Reads the declaration of a bot; undefined when it asserts nothing by an AI. */
export function declaredEngine(bot: Bot): DeclaredEngine | undefined {
  const parts = bot.extension?.find(({ url }) => url === extensionUrl.botEngine)?.extension ?? [];
  const text = (name: string): string | undefined => {
    const part: Extension | undefined = parts.find(({ url }) => url === name);
    return part?.valueString ?? part?.valueMarkdown;
  };
  const [name, version] = [text('name'), text('version')];
  if (name === undefined || version === undefined) {
    return undefined;
  }
  const names = ['prompt', 'promptSha256', 'promptText', 'modelCard', 'validator'] as const;
  const terminologies = parts.flatMap(({ url, valueString }) => (url === 'terminology' && valueString) || []);
  return {
    name,
    version,
    display: text('display') ?? name,
    ...Object.fromEntries(names.flatMap((each) => (text(each) === undefined ? [] : [[each, text(each)]]))),
    ...(terminologies.length > 0 && { terminologies }),
  };
}

/** Finds the engine of a bot by its reference; what was read is believed for five seconds. */
export function createBotEngines(
  systemRepository: (tenant: number) => Repository,
  clock: () => Date,
): (tenant: number, bot: string) => Promise<DeclaredEngine | undefined> {
  const known = new Map<string, { readonly engine: Promise<DeclaredEngine | undefined>; readonly until: number }>();
  const load = async (tenant: number, bot: string): Promise<DeclaredEngine | undefined> => {
    const found = await unlessMissing(systemRepository(tenant).readResource<Bot>('Bot', bot.split('/')[1] ?? ''));
    return found && declaredEngine(found);
  };
  return (tenant, bot) => {
    const [key, now] = [`${tenant} ${bot}`, clock().getTime()];
    const entry = known.get(key);
    if (entry && entry.until > now) {
      return entry.engine;
    }
    const engine = load(tenant, bot);
    known.set(key, { engine, until: now + FRESH_MS });
    engine.catch(() => known.delete(key));
    return engine;
  };
}
