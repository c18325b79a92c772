import { randomUUID } from 'node:crypto';
import type { Database } from '../database/index.ts';
import type { Repository } from '../repository/index.ts';
import { outputHash, readCassette, type StoredCassette } from './bot-cassette.ts';
import { type BotCode, readBotCode } from './bot-code.ts';
import type { BotPool } from './bot-pool.ts';
import { BotRegistry, type DeployedBot, declaredManifest } from './bot-registry.ts';
import { type RunCause, recordBotRun } from './bot-run.ts';
import { moduleKind } from './module-kind.ts';
import { type RunSubject, runSubject } from './run-subject.ts';
import { differingPaths } from './sandbox/differing-paths.ts';
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
  /** Whom the run is about: `%patient` and `%encounter` of the bot's policy. */
  readonly subject?: RunSubject;
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
    const event = eventOf(task);
    const outcome = masked(
      found === undefined
        ? cannotRun(run, 'The bot has no deployed code')
        : await this.runFound(run, task, found, withSecrets(event, secrets)),
      Object.values(secrets).map((secret) => secret.valueString),
    );
    await recordBotRun(this.options.database, {
      ...task,
      run,
      codeVersion: found?.code.version ?? 0,
      input: task.inputLabel,
      startedAt,
      outcome,
      event,
    });
    return outcome;
  }

  /** Makes a recorded run again from its recording alone; undefined when there is no recording, or no such version. */
  async replay(
    key: { readonly tenant: number; readonly bot: string; readonly run: string },
    version?: number,
  ): Promise<Replay | undefined> {
    const { database, pool, serverUrl } = this.options;
    const cassette = await readCassette(database, key);
    const code = cassette && (await readBotCode(database, key, version ?? cassette.code_version));
    if (cassette === undefined || code === undefined) {
      return undefined;
    }
    const secrets = await this.registry.projectSecrets(key.tenant);
    const outcome = await pool.run({
      ...codeToRun(code),
      run: randomUUID(),
      lane: `replay ${key.tenant} ${key.bot}`,
      event: withSecrets(cassette.event, secrets),
      baseUrl: serverUrl,
      accessToken: 'replay',
      timeLimitMs: DEFAULT_LIMIT_S * 1000,
      egress: [],
      inside: [],
      replay: cassette.recording,
    });
    const shown = masked(
      outcome,
      Object.values(secrets).map((secret) => secret.valueString),
    );
    return { codeVersion: code.version, outcome: shown, differences: replayDifferences(cassette, shown) };
  }

  private async runFound(run: string, task: BotTask, { bot, code }: DeployedBot, event: string): Promise<RunOutcome> {
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

/** A run made again. */
export interface Replay {
  readonly codeVersion: number;
  readonly outcome: RunOutcome;
  /** Where it differs from the recorded run; empty when it did exactly the same. */
  readonly differences: readonly string[];
}

/** The event of a run as its handler gets it, but for the secrets of the project. */
function eventOf(task: BotTask): string {
  const head = JSON.stringify({
    bot: { reference: `Bot/${task.bot}` },
    contentType: task.contentType,
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

function withSecrets(event: string, secrets: object): string {
  return `{"secrets":${JSON.stringify(secrets)},${event.slice(1)}`;
}

function codeToRun(code: BotCode) {
  return {
    codeHash: code.sha256,
    code: code.executable,
    moduleKind: moduleKind(code.filename, code.executable),
  };
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

function cannotRun(run: string, error: string): RunOutcome {
  return { kind: 'outcome', run, state: 'failed', error, retryable: true, log: '', durationMs: 0 };
}

/** An outcome whose log and error show no secret of the project. Shorter values are not secrets that could be told apart. */
export function masked(outcome: RunOutcome, secrets: readonly (string | undefined)[]): RunOutcome {
  const long = secrets.filter((secret) => secret !== undefined && secret.length >= 6) as string[];
  const hide = (text: string): string => long.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text);
  return { ...outcome, log: hide(outcome.log), ...(outcome.error !== undefined && { error: hide(outcome.error) }) };
}
