import { randomUUID } from 'node:crypto';
import type { Bot } from '@medplum/fhirtypes';
import type { Database } from '../database/index.ts';
import type { Repository } from '../repository/index.ts';
import type { BotPool } from './bot-pool.ts';
import { BotRegistry, type DeployedBot, declaredManifest } from './bot-registry.ts';
import { type FinishedRun, recordBotRun, recordRunStart, type StartedRun } from './bot-run.ts';
import type { BotTask } from './bot-task.ts';
import type { BotToken, BotTokenRequest } from './bot-token.ts';
import { type RecordedRun, type Replay, type ReplayOptions, replayRun } from './replay-run.ts';
import { codeToRun, eventOf, masked, withSecrets } from './run-request.ts';
import { runSubject } from './run-subject.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

export interface BotHostOptions<T extends BotToken> {
  readonly database: Database;
  readonly pool: BotPool;
  readonly systemRepository: (tenant: number) => Repository;
  readonly issueBotToken: (request: BotTokenRequest) => Promise<T>;
  readonly endBotToken: (token: T) => void;
  /** Address at which bots reach this server, with a trailing slash. */
  readonly serverUrl: string;
  /** Entries of the setting OUTBOUND_ALLOW. */
  readonly outboundAllow: readonly string[];
  /** Told of every run that has ended. */
  readonly audit: (run: FinishedRun) => void;
  readonly log: (code: string, error: unknown) => void;
  readonly clock: () => Date;
}

const DEFAULT_LIMIT_S = 10;
const MAX_LIMIT_S = 280;
/** How long in ms a run may wait for its turn, beyond its limit, before it counts as lost with its process. */
const WAIT_MS = 60_000;
const NO_MEMBER =
  'The bot is no member of the project: make bots by POST admin/projects/[id]/bot, which makes their membership too';

/** Runs bots: finds code and identity, issues a token for the run, runs in the pool, records. */
export class BotHost<T extends BotToken = BotToken> {
  readonly registry: BotRegistry;
  private readonly options: BotHostOptions<T>;

  constructor(options: BotHostOptions<T>) {
    this.options = options;
    this.registry = new BotRegistry(options.database, options.systemRepository);
  }

  /** Makes a run and records it, at its start and at its end. Never rejects for what the bot did. */
  async run(task: BotTask): Promise<RunOutcome> {
    const { database, clock, log, audit } = this.options;
    const [found, secrets] = await Promise.all([
      this.registry.find(task.tenant, task.bot),
      this.registry.projectSecrets(task.tenant),
      this.registry.membership(task.tenant, `Bot/${task.bot}`),
    ]);
    const event = eventOf(task);
    const started = startOf(task, found, clock());
    const running =
      found === undefined
        ? Promise.resolve(cannotRun(started.run, 'The bot has no deployed code'))
        : this.runFound(started.run, task, found, withSecrets(event, secrets));
    const noted = recordRunStart(database, started).catch((error: unknown) => log('bot-run-record-failed', error));
    const outcome = masked(
      await running,
      Object.values(secrets).map((secret) => secret.valueString),
    );
    audit({ ...started, state: outcome.state, inputJson: task.inputJson });
    await noted;
    await recordBotRun(database, { ...started, outcome, event });
    return outcome;
  }

  /** Makes a recorded run again from its recording; undefined when there is no recording, or no such version. */
  replay(key: RecordedRun, options: ReplayOptions = {}): Promise<Replay | undefined> {
    return replayRun({ ...this.options, registry: this.registry }, key, options);
  }

  private async runFound(run: string, task: BotTask, { bot, code }: DeployedBot, event: string): Promise<RunOutcome> {
    const { pool, serverUrl, outboundAllow, issueBotToken, endBotToken } = this.options;
    const membership = await this.registry.membership(task.tenant, `Bot/${bot.id}`);
    const runAs = bot.runAsUser ? await this.registry.membership(task.tenant, task.requester) : undefined;
    if (membership === undefined) {
      return cannotRun(run, NO_MEMBER);
    }
    if (bot.runAsUser && runAs === undefined) {
      return cannotRun(run, 'The bot runs as its caller, who is no member of the project');
    }
    const manifest = declaredManifest(bot);
    const limitSeconds = limitOf(task, bot);
    const token = await issueBotToken({
      tenant: task.tenant,
      run,
      botMembership: membership,
      ...(runAs !== undefined && { runAs }),
      depth: task.depth + 1,
      ttlSeconds: limitSeconds + WAIT_MS / 1000,
      ...(manifest && { declared: { reads: manifest.reads, writes: manifest.writes } }),
      subject: runSubject(task.inputJson),
    });
    try {
      return await pool.run({
        ...codeToRun(code),
        run,
        lane: `${task.tenant} ${bot.id}`,
        event,
        baseUrl: serverUrl,
        accessToken: token.accessToken,
        timeLimitMs: limitSeconds * 1000,
        egress: manifest?.egress ?? outboundAllow,
        inside: outboundAllow,
      });
    } finally {
      endBotToken(token);
    }
  }
}

function limitOf({ limitSeconds = MAX_LIMIT_S }: BotTask, bot: Bot): number {
  return Math.min(bot.timeout ?? DEFAULT_LIMIT_S, limitSeconds, MAX_LIMIT_S);
}

function startOf(task: BotTask, found: DeployedBot | undefined, startedAt: Date): StartedRun {
  const limitMs = found === undefined ? 0 : limitOf(task, found.bot) * 1000;
  return {
    ...task,
    run: randomUUID(),
    codeVersion: found?.code.version ?? 0,
    input: task.inputLabel,
    startedAt,
    lostAfter: new Date(startedAt.getTime() + limitMs + WAIT_MS),
  };
}

function cannotRun(run: string, error: string): RunOutcome {
  return { kind: 'outcome', run, state: 'failed', error, retryable: true, log: '', durationMs: 0 };
}
