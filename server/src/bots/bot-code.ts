import type { Database } from '../database/index.ts';

/** One deployed version of a bot's code. */
export interface BotCode {
  readonly version: number;
  /** Lower-case hex SHA-256 of what is executed. */
  readonly sha256: string;
  readonly filename: string;
  readonly source: string;
  readonly executable: string;
}

export interface CodeOwner {
  readonly tenant: number;
  readonly bot: string;
}

/** Reads a version of the code, the newest when none is named; undefined when there is none. */
export async function readBotCode(
  database: Database,
  owner: CodeOwner,
  version?: number,
): Promise<BotCode | undefined> {
  const [row] = await database.forTenant(owner.tenant).query<BotCode>({
    name: 'bot:read-code',
    text: `SELECT version, sha256, filename, source, executable FROM bot_code
      WHERE tenant = $1 AND bot = $2 AND ($3::int4 IS NULL OR version = $3) ORDER BY version DESC LIMIT 1`,
    values: [owner.tenant, owner.bot, version ?? null],
  });
  return row;
}

/** Adds a version of the code; false when another one of that number came first. */
export async function addBotCode(
  database: Database,
  owner: CodeOwner,
  code: BotCode,
  by: { readonly author: string; readonly at: Date },
): Promise<boolean> {
  const added = await database.forTenant(owner.tenant).query({
    name: 'bot:add-code',
    text: `INSERT INTO bot_code (tenant, bot, version, sha256, filename, source, executable, deployed_by, deployed_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING version`,
    values: [
      owner.tenant,
      owner.bot,
      code.version,
      code.sha256,
      code.filename,
      code.source,
      code.executable,
      by.author,
      by.at,
    ],
  });
  return added.length > 0;
}
