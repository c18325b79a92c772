import { readFile } from 'node:fs/promises';
import { populationEngine } from '../population/engine.ts';
import { riskEngine } from '../risk/engine.ts';
import { bundleBot } from './bot-bundle.ts';
import type { BotSource } from './deploy-bot.ts';
import { parseManifest, parseSubscriptions } from './manifest.ts';

/** Every bot of this workspace: its folder and its engine. */
export const catalogue = {
  risk: riskEngine,
  population: populationEngine,
} as const;

/** Name of a bot of this workspace. */
export type BotName = keyof typeof catalogue;

/** Is this the name of a bot of this workspace? */
export function isBotName(name: string): name is BotName {
  return Object.hasOwn(catalogue, name);
}

/** Reads and bundles one bot from its folder. */
export async function loadBot(name: BotName): Promise<BotSource> {
  const folder = new URL(`../${name}/`, import.meta.url);
  const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(new URL(file, folder), 'utf8'));
  const [manifest, subscriptions, bundle] = await Promise.all([
    json('manifest.json').then(parseManifest),
    json('subscription.json').then(parseSubscriptions),
    bundleBot(new URL('bot.ts', folder).pathname),
  ]);
  return { manifest, subscriptions, engine: catalogue[name], bundle };
}
