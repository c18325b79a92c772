import { randomUUID } from 'node:crypto';
import type { Database } from '../database/index.ts';
import { outputHash, readCassette, type StoredCassette } from './bot-cassette.ts';
import { readBotCode } from './bot-code.ts';
import type { BotPool } from './bot-pool.ts';
import type { BotRegistry } from './bot-registry.ts';
import type { BotToken, BotTokenRequest } from './bot-token.ts';
import { codeToRun, masked, withSecrets } from './run-request.ts';
import { differingPaths } from './sandbox/differing-paths.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

/** A run that may have a recording. */
export interface RecordedRun {
  readonly tenant: number;
  readonly bot: string;
  readonly run: string;
}

/** What is to be otherwise than it was. */
export interface ReplayOptions {
  /** Version of the code; that of the run when absent. */
  readonly version?: number;
  /** Ask the model again, instead of giving its recorded replies. */
  readonly liveModels?: boolean;
}

/** A run made again. */
export interface Replay {
  readonly codeVersion: number;
  readonly outcome: RunOutcome;
  /** Where it differs from the recorded run; empty when it did exactly the same. */
  readonly differences: readonly string[];
}

/** What a replay works with. */
export interface ReplayDependencies<T extends BotToken> {
  readonly database: Database;
  readonly pool: BotPool;
  readonly registry: BotRegistry;
  readonly serverUrl: string;
  readonly issueBotToken: (request: BotTokenRequest) => Promise<T>;
  readonly endBotToken: (token: T) => void;
}

const LIMIT_MS = 10_000;
const LIVE_LIMIT_MS = 120_000;

/**
 * Makes a recorded run again: nothing is read and nothing is written. Only the model may be asked anew, with a token that is
 * good for nothing else.
 */
export async function replayRun<T extends BotToken>(
  dependencies: ReplayDependencies<T>,
  key: RecordedRun,
  { version, liveModels = false }: ReplayOptions,
): Promise<Replay | undefined> {
  const { database, pool, registry, serverUrl } = dependencies;
  const cassette = await readCassette(database, key);
  const code = cassette && (await readBotCode(database, key, version ?? cassette.code_version));
  if (cassette === undefined || code === undefined) {
    return undefined;
  }
  const secrets = await registry.projectSecrets(key.tenant);
  const token = liveModels ? await modelToken(dependencies, key) : undefined;
  const outcome = await pool
    .run({
      ...codeToRun(code),
      run: randomUUID(),
      lane: `replay ${key.tenant} ${key.bot}`,
      event: withSecrets(cassette.event, secrets),
      baseUrl: serverUrl,
      accessToken: token?.accessToken ?? 'replay',
      timeLimitMs: liveModels ? LIVE_LIMIT_MS : LIMIT_MS,
      egress: [],
      inside: [],
      replay: cassette.recording,
      liveModels,
    })
    .finally(() => token && dependencies.endBotToken(token));
  const shown = masked(
    outcome,
    Object.values(secrets).map((secret) => secret.valueString),
  );
  return { codeVersion: code.version, outcome: shown, differences: replayDifferences(cassette, shown) };
}

/** A token of the bot with which no record can be read or written. @throws Error when the bot is no member any more. */
async function modelToken<T extends BotToken>(
  { registry, issueBotToken }: ReplayDependencies<T>,
  { tenant, bot }: RecordedRun,
): Promise<T> {
  const membership = await registry.membership(tenant, `Bot/${bot}`);
  const declared = { reads: [], writes: [] };
  const ttlSeconds = LIVE_LIMIT_MS / 1000 + 15;
  return issueBotToken({ tenant, run: randomUUID(), botMembership: membership ?? '', depth: 0, ttlSeconds, declared });
}

function replayDifferences(recorded: StoredCassette, outcome: RunOutcome): string[] {
  const differences = [...(outcome.differences ?? [])];
  if (outcome.state !== recorded.state) {
    differences.push(`ended ${outcome.state}, and then ${recorded.state}`);
  } else if ((outcome.error ?? null) !== recorded.error) {
    differences.push('failed for another reason');
  }
  if (outputHash(outcome.output) !== recorded.output_sha256) {
    const paths =
      recorded.output === null || outcome.output === undefined
        ? ['all of it']
        : differingPaths(JSON.parse(recorded.output), JSON.parse(outcome.output));
    differences.push(`result: ${paths.join(', ')}`);
  }
  return differences;
}
