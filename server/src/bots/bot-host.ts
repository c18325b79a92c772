import { randomUUID } from 'node:crypto';
import type { Database } from '../database/index.ts';
import type { Repository } from '../repository/index.ts';
import type { BotPool } from './bot-pool.ts';
import { BotRegistry, type DeployedBot, declaredManifest } from './bot-registry.ts';
import { type RunCause, recordBotRun } from './bot-run.ts';
import { moduleKind } from './module-kind.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

/** The token of one run. */
export interface BotToken {
  readonly accessToken: string;
}

export interface BotTokenRequest {
  readonly tenant: number;
  readonly botMembership: string;
  readonly runAs?: string;
  readonly depth: number;
  readonly ttlSeconds: number;
  /** What the bot's manifest declares; absent when it has none. */
  readonly declared?: { readonly reads: readonly string[]; readonly writes: readonly string[] };
}

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
  readonly log: (code: string, error: unknown) => void;
  readonly clock: () => Date;
}

/** One thing for a bot to do. */
export interface BotTask {
  readonly tenant: number;
  readonly bot: string;
  readonly cause: RunCause;
  /** JSON of the input as the handler gets it. */
  readonly inputJson: string;
  /** Versioned reference of the input, or its content type: for the record. */
  readonly inputLabel: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** Reference of who asked. */
  readonly requester: string;
  readonly traceId: string;
  readonly idempotencyKey: string;
  readonly attempt: number;
  /** How many bots stand behind what set this run off. */
  readonly depth: number;
  readonly subscription?: string;
  readonly number?: number;
}

const DEFAULT_LIMIT_S = 10;
const MAX_LIMIT_S = 280;

/** Runs bots: finds code and identity, issues a token for the run, runs in the pool, records. */
export class BotHost<T extends BotToken = BotToken> {
  readonly registry: BotRegistry;
  private readonly options: BotHostOptions<T>;

  constructor(options: BotHostOptions<T>) {
    this.options = options;
    this.registry = new BotRegistry(options.database, options.systemRepository);
  }

  /** Makes a run and records it. Never rejects for what the bot did. */
  async run(task: BotTask): Promise<RunOutcome> {
    const run = randomUUID();
    const startedAt = this.options.clock();
    const [found] = await Promise.all([
      this.registry.find(task.tenant, task.bot),
      this.registry.membership(task.tenant, `Bot/${task.bot}`),
      this.registry.projectSecrets(task.tenant),
    ]);
    const secrets = await this.registry.projectSecrets(task.tenant);
    const outcome = masked(
      found === undefined ? cannotRun(run, 'The bot has no deployed code') : await this.runFound(run, task, found),
      Object.values(secrets).map((secret) => secret.valueString),
    );
    await recordBotRun(this.options.database, {
      ...task,
      run,
      codeVersion: found?.code.version ?? 0,
      input: task.inputLabel,
      startedAt,
      outcome,
    });
    return outcome;
  }

  private async runFound(run: string, task: BotTask, { bot, code }: DeployedBot): Promise<RunOutcome> {
    const { pool, serverUrl, outboundAllow, issueBotToken, endBotToken } = this.options;
    const membership = await this.registry.membership(task.tenant, `Bot/${bot.id}`);
    const runAs = bot.runAsUser ? await this.registry.membership(task.tenant, task.requester) : undefined;
    if (membership === undefined || (bot.runAsUser && runAs === undefined)) {
      return cannotRun(run, 'The bot, or the user it runs as, is no member of the project');
    }
    const manifest = declaredManifest(bot);
    const limitSeconds = Math.min(bot.timeout ?? DEFAULT_LIMIT_S, MAX_LIMIT_S);
    const token = await issueBotToken({
      tenant: task.tenant,
      botMembership: membership,
      ...(runAs !== undefined && { runAs }),
      depth: task.depth + 1,
      ttlSeconds: limitSeconds + 15,
      ...(manifest && { declared: { reads: manifest.reads, writes: manifest.writes } }),
    });
    try {
      return await pool.run({
        run,
        lane: `${task.tenant} ${bot.id}`,
        codeHash: code.sha256,
        code: code.executable,
        moduleKind: moduleKind(code.filename, code.executable),
        event: await this.eventJson(task, bot.id),
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

  private async eventJson(task: BotTask, bot: string): Promise<string> {
    const head = JSON.stringify({
      bot: { reference: `Bot/${bot}` },
      contentType: task.contentType,
      secrets: await this.registry.projectSecrets(task.tenant),
      traceId: task.traceId,
      requester: { reference: task.requester },
      headers: {
        ...task.headers,
        'X-Idempotency-Key': task.idempotencyKey,
        'x-idempotency-key': task.idempotencyKey,
      },
    });
    return `${head.slice(0, -1)},"input":${task.inputJson}}`;
  }
}

function cannotRun(run: string, error: string): RunOutcome {
  return { kind: 'outcome', run, state: 'failed', error, retryable: true, log: '', durationMs: 0 };
}

/** An outcome whose log and error show no secret of the project. Shorter values are not secrets that could be told apart. */
export function masked(outcome: RunOutcome, secrets: readonly (string | undefined)[]): RunOutcome {
  const long = secrets.filter((secret) => secret !== undefined && secret.length >= 6) as string[];
  const hide = (text: string): string => long.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text);
  return { ...outcome, log: hide(outcome.log), ...(outcome.error !== undefined && { error: hide(outcome.error) }) };
}
