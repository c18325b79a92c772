import type { Bot } from '@medplum/fhirtypes';
import type { Database } from '../database/index.ts';
import type { BotHost } from './bot-host.ts';
import type { BotToken } from './bot-token.ts';
import { scheduleOf } from './cron-schedule.ts';

const MINUTE_MS = 60_000;

export interface BotSchedulerOptions<T extends BotToken> {
  readonly database: Database;
  readonly host: BotHost<T>;
  readonly log: (code: string, error: unknown) => void;
  readonly clock: () => Date;
}

interface ScheduledBot {
  readonly tenant: number;
  readonly id: string;
}

/** Runs bots with `cronString` or `cronTiming`, each once per due minute however many processes there are. */
export class BotScheduler<T extends BotToken = BotToken> {
  private readonly options: BotSchedulerOptions<T>;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: BotSchedulerOptions<T>) {
    this.options = options;
  }

  start(): void {
    const wait = MINUTE_MS - (this.options.clock().getTime() % MINUTE_MS);
    this.timer = setTimeout(() => {
      this.tick(this.options.clock()).catch((error: unknown) => this.options.log('bot-schedule-failed', error));
      this.start();
    }, wait);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Runs what is due in the minute of this time and was not taken by another process. Ends when the runs have ended. */
  async tick(now: Date): Promise<void> {
    const minute = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
    const due = (await this.scheduled()).filter(({ bot }) => isDue(bot, minute));
    await Promise.all(due.map((entry) => this.runOnce(entry, minute)));
  }

  private async scheduled(): Promise<(ScheduledBot & { readonly bot: Bot })[]> {
    const rows = await this.options.database.query<ScheduledBot & { content: string }>({
      name: 'bot:scheduled',
      text: `SELECT r.tenant, r.id, r.content FROM tenant t JOIN resource r ON r.tenant = t.tenant AND r.type = 'Bot'
        WHERE t.status = 'active' AND NOT r.deleted AND r.content LIKE '%"cron%'`,
      values: [],
    });
    return rows.map(({ tenant, id, content }) => ({ tenant, id, bot: JSON.parse(content) as Bot }));
  }

  private async runOnce({ tenant, id }: ScheduledBot, minute: Date): Promise<void> {
    const taken = await this.options.database.query({
      name: 'bot:take-minute',
      text: 'INSERT INTO bot_schedule (tenant, bot, minute) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING bot',
      values: [tenant, id, minute],
    });
    if (taken.length === 0) {
      return;
    }
    const key = `${minute.toISOString()}.${id}`;
    await this.options.host.run({
      tenant,
      bot: id,
      cause: 'cron',
      inputJson: '{}',
      inputLabel: 'schedule',
      contentType: 'application/json',
      requester: `Bot/${id}`,
      traceId: key,
      idempotencyKey: key,
      attempt: 1,
      depth: 0,
    });
  }
}

function isDue(bot: Bot, minute: Date): boolean {
  return scheduleOf(bot)?.isDue(minute) === true;
}
