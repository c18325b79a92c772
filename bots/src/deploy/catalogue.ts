import { readFile } from 'node:fs/promises';
import { codingEngine } from '../coding/engine.ts';
import { escalationEngine } from '../escalation/engine.ts';
import type { EngineIdentity, Prompt } from '../kit/index.ts';
import { news2Engine } from '../news2/engine.ts';
import { populationEngine } from '../population/engine.ts';
import { riskEngine } from '../risk/engine.ts';
import { narrativePrompt } from '../risk/model-narrative.ts';
import { soapEmbedded, soapPrompt } from '../soap/engines.ts';
import { bundleBot, type ModelAccess } from './bot-bundle.ts';
import type { BotSource } from './deploy-bot.ts';
import { parseManifest, parseSubscriptions } from './manifest.ts';

interface Listed {
  readonly engine: EngineIdentity;
  /** The prompt in use, of the folder `prompt/<version>`. */
  readonly prompt?: Prompt;
}

/** Every bot of this workspace by its folder. */
export const catalogue = {
  risk: { engine: riskEngine, prompt: narrativePrompt },
  population: { engine: populationEngine },
  soap: { engine: soapEmbedded, prompt: soapPrompt },
  coding: { engine: codingEngine },
  escalation: { engine: escalationEngine },
  news2: { engine: news2Engine },
} as const satisfies Readonly<Record<string, Listed>>;

/** Name of a bot of this workspace. */
export type BotName = keyof typeof catalogue;

/** Is this the name of a bot of this workspace? */
export function isBotName(name: string): name is BotName {
  return Object.hasOwn(catalogue, name);
}

/**
 * Reads and bundles one bot from its folder; one that asks a model, with or without the SDK inside. Where there is no
 * gateway, nobody fills in `%patient` and `%patients` for a run either (upstream puts the bot itself there): the bot then
 * gets a policy of its own that names no run.
 */
export async function loadBot(name: BotName, access: ModelAccess = 'gateway'): Promise<BotSource> {
  const folder = new URL(`../${name}/`, import.meta.url);
  const text = (file: string): Promise<string> => readFile(new URL(file, folder), 'utf8');
  const json = async (file: string): Promise<unknown> => JSON.parse(await text(file));
  const { engine, prompt }: Listed = catalogue[name];
  const [declared, subscriptions, bundle, modelCard] = await Promise.all([
    json('manifest.json').then(parseManifest),
    json('subscription.json').then(parseSubscriptions),
    bundleBot(new URL('bot.ts', folder).pathname, prompt ? access : 'gateway'),
    prompt && text(`prompt/${prompt.version}/MODEL-CARD.md`),
  ]);
  const manifest = access === 'gateway' ? declared : { ...declared, policy: `${declared.policy}-without-run` };
  return { manifest, subscriptions, engine, bundle, ...(prompt && modelCard && { prompt: { prompt, modelCard } }) };
}
