import { createHash } from 'node:crypto';
import { getIdentifier, type MedplumClient, normalizeErrorString } from '@medplum/core';
import type { AccessPolicy, Bot, Device, ProjectMembership, Subscription } from '@medplum/fhirtypes';
import { identifierSystem } from '@mindbridge/fhir-profiles';
import { botCanonical, type EngineIdentity, engineDevice, engineKey } from '../kit/index.ts';
import type { BotBundle } from './bot-bundle.ts';
import { engineExtension, type PromptInUse } from './engine-extension.ts';
import { type BotManifest, type BotSubscriptions, manifestExtensions, policyOf } from './manifest.ts';

/** Everything that stands for one bot in the repository. */
export interface BotSource {
  readonly manifest: BotManifest;
  readonly subscriptions: BotSubscriptions;
  readonly engine: EngineIdentity;
  readonly prompt?: PromptInUse;
  readonly bundle: BotBundle;
}

/** One line of the report. */
export interface DeployStep {
  readonly bot: string;
  readonly what: string;
  readonly state: 'created' | 'updated' | 'unchanged' | 'refused';
  /** Why, when refused. */
  readonly reason?: string;
}

/** Hash of code and settings: while it stands on the Bot, there is nothing to do. */
export function deploymentHash(source: BotSource): string {
  const { bundle, manifest, subscriptions, engine, prompt } = source;
  return createHash('sha256')
    .update(JSON.stringify([bundle.hash, manifest, subscriptions, engine, prompt]))
    .digest('hex');
}

/**
 * Brings one bot to a server: Bot and membership, policy, code, the engine's Device and the Subscriptions. Idempotent;
 * one search when nothing has changed. A step that the server refuses is reported and the next one is tried.
 */
export async function deployBot(medplum: MedplumClient, projectId: string, source: BotSource): Promise<DeployStep[]> {
  const { manifest } = source;
  const found = await findBot(medplum, manifest.name);
  if (found && deployedHash(found) === deploymentHash(source)) {
    return [{ bot: manifest.name, what: `Bot/${found.id}`, state: 'unchanged' }];
  }
  const steps: DeployStep[] = [];
  const attempt = async <T>(
    what: string,
    work: () => Promise<readonly [DeployStep['state'], T]>,
  ): Promise<T | undefined> => {
    try {
      const [state, value] = await work();
      steps.push({ bot: manifest.name, what, state });
      return value;
    } catch (error) {
      steps.push({ bot: manifest.name, what, state: 'refused', reason: normalizeErrorString(error) });
      return undefined;
    }
  };
  const bot = await attempt('Bot', () => saveBot(medplum, projectId, source, found));
  if (!bot) {
    return steps;
  }
  const policy = await attempt(`AccessPolicy ${manifest.policy}`, () => savePolicy(medplum, manifest));
  if (policy) {
    await attempt('ProjectMembership', () => saveMembership(medplum, projectId, bot, policy));
  }
  await attempt(`Device ${engineKey(source.engine)}`, () => saveDevice(medplum, source.engine));
  await attempt('code', () => deployCode(medplum, bot, source));
  for (const declared of source.subscriptions) {
    await attempt(`Subscription ${declared.name}`, () => saveSubscription(medplum, bot, declared));
  }
  await attempt('Subscriptions no longer declared', () => endSubscriptions(medplum, bot, source.subscriptions));
  if (steps.every((step) => step.state !== 'refused')) {
    await attempt('deployment hash', () => markDeployed(medplum, bot.id, source));
  }
  return steps;
}

type Saved<T> = Promise<readonly [DeployStep['state'], T]>;
type WithId<T> = T & { id: string };

async function findBot(medplum: MedplumClient, name: string): Promise<WithId<Bot> | undefined> {
  medplum.invalidateSearches('Bot');
  return medplum.searchOne('Bot', { identifier: `${identifierSystem.deployment}|${name}` });
}

function deployedHash(bot: Bot): string | undefined {
  return bot.extension?.find((each) => each.url === botCanonical.codeHash)?.valueString;
}

async function saveBot(
  medplum: MedplumClient,
  projectId: string,
  source: BotSource,
  found: WithId<Bot> | undefined,
): Saved<WithId<Bot>> {
  const { name, title, description } = source.manifest;
  const created: WithId<Bot> = found ?? (await createBot(medplum, projectId, title, description));
  const current = await medplum.readResource('Bot', created.id, { cache: 'reload' });
  const kept = (current.identifier ?? []).filter((each) => each.system !== identifierSystem.deployment);
  const bot = await medplum.updateResource<Bot>({
    ...current,
    name: title,
    description,
    identifier: [...kept, { system: identifierSystem.deployment, value: name }],
    extension: [...manifestExtensions(source.manifest), engineExtension(source.engine, source.prompt)],
    ...(source.manifest.timeout && { timeout: source.manifest.timeout }),
    ...(source.manifest.cron && { cronString: source.manifest.cron }),
  });
  return [found ? 'updated' : 'created', bot];
}

/** The endpoint of Medplum that makes a Bot with its membership in one. */
async function createBot(
  medplum: MedplumClient,
  projectId: string,
  name: string,
  description: string,
): Promise<WithId<Bot>> {
  return medplum.post(`admin/projects/${projectId}/bot`, { name, description });
}

async function savePolicy(medplum: MedplumClient, manifest: BotManifest): Saved<WithId<AccessPolicy>> {
  const found = await medplum.searchOne('AccessPolicy', { name: manifest.policy });
  return found ? ['unchanged', found] : ['created', await medplum.createResource(policyOf(manifest))];
}

async function saveMembership(
  medplum: MedplumClient,
  projectId: string,
  bot: WithId<Bot>,
  policy: WithId<AccessPolicy>,
): Saved<ProjectMembership> {
  const profile = { reference: `Bot/${bot.id}`, display: bot.name };
  const accessPolicy = { reference: `AccessPolicy/${policy.id}`, display: policy.name };
  const found = await medplum.searchOne('ProjectMembership', { profile: profile.reference });
  if (!found) {
    const project = { reference: `Project/${projectId}` };
    const made: ProjectMembership = {
      resourceType: 'ProjectMembership',
      project,
      user: profile,
      profile,
      accessPolicy,
    };
    return ['created', await medplum.createResource(made)];
  }
  if (found.accessPolicy?.reference === accessPolicy.reference) {
    return ['unchanged', found];
  }
  const changed: ProjectMembership = { ...found, accessPolicy };
  return ['updated', await medplum.post(`admin/projects/${projectId}/members/${found.id}`, changed)];
}

async function saveDevice(medplum: MedplumClient, engine: EngineIdentity): Saved<Device> {
  const device = engineDevice(engine);
  const query = `identifier=${getQueryIdentifier(device)}`;
  const before = await medplum.searchOne('Device', query);
  return before ? ['unchanged', before] : ['created', await medplum.createResourceIfNoneExist(device, query)];
}

function getQueryIdentifier(device: Device): string {
  return `${identifierSystem.engine}|${getIdentifier(device, identifierSystem.engine) ?? ''}`;
}

async function deployCode(medplum: MedplumClient, bot: WithId<Bot>, source: BotSource): Saved<unknown> {
  const body = { code: source.bundle.code, filename: `${source.manifest.name}.cjs` };
  return ['updated', await medplum.post(medplum.fhirUrl('Bot', bot.id, '$deploy'), body)];
}

async function saveSubscription(
  medplum: MedplumClient,
  bot: WithId<Bot>,
  declared: BotSubscriptions[number],
): Saved<Subscription> {
  const existing = await subscriptionsOf(medplum, bot);
  const same = existing.find((each) => isDeclared(each, declared));
  if (same) {
    return ['unchanged', same];
  }
  const subscription: Subscription = {
    resourceType: 'Subscription',
    status: 'active',
    reason: declared.reason,
    criteria: declared.criteria,
    ...(declared.when && { extension: [{ url: FHIRPATH_CRITERIA, valueString: declared.when }] }),
    channel: { type: 'rest-hook', endpoint: `Bot/${bot.id}`, payload: 'application/fhir+json' },
  };
  return ['created', await medplum.createResource(subscription)];
}

/** Medplum's extension for a condition on what changed. @see https://www.medplum.com/docs/subscriptions/subscription-extensions */
const FHIRPATH_CRITERIA = 'https://medplum.com/fhir/StructureDefinition/fhir-path-criteria-expression';

function isDeclared(subscription: Subscription, { criteria, when }: BotSubscriptions[number]): boolean {
  const condition = subscription.extension?.find((each) => each.url === FHIRPATH_CRITERIA)?.valueString;
  return subscription.status !== 'off' && subscription.criteria === criteria && condition === when;
}

async function subscriptionsOf(medplum: MedplumClient, bot: WithId<Bot>): Promise<WithId<Subscription>[]> {
  medplum.invalidateSearches('Subscription');
  return medplum.searchResources('Subscription', { url: `Bot/${bot.id}`, _count: 100 });
}

async function endSubscriptions(medplum: MedplumClient, bot: WithId<Bot>, declared: BotSubscriptions): Saved<number> {
  const existing = await subscriptionsOf(medplum, bot);
  const stale = existing.filter((each) => each.status !== 'off' && !declared.some((one) => isDeclared(each, one)));
  for (const subscription of stale) {
    await medplum.updateResource<Subscription>({ ...subscription, status: 'off' });
  }
  return [stale.length > 0 ? 'updated' : 'unchanged', stale.length];
}

/** Last step: only a deployment whose every step succeeded carries its hash. */
async function markDeployed(medplum: MedplumClient, botId: string, source: BotSource): Saved<Bot> {
  const current = await medplum.readResource('Bot', botId, { cache: 'reload' });
  const kept = (current.extension ?? []).filter((each) => each.url !== botCanonical.codeHash);
  const extension = [...kept, { url: botCanonical.codeHash, valueString: deploymentHash(source) }];
  return ['updated', await medplum.updateResource<Bot>({ ...current, extension })];
}
