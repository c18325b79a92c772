import { createHash } from 'node:crypto';
import type { Database } from '../database/index.ts';

/** What is kept of a run to make it again. */
export interface StoredCassette {
  /** The bot's event without the secrets of the project. */
  readonly event: string;
  readonly recording: string;
  /** What the run returned, when it was not too large to keep. */
  readonly output: string | null;
  readonly output_sha256: string;
  readonly code_version: number;
  readonly state: string;
  readonly error: string | null;
}

/** Largest output that is kept as it is; of a larger one only the hash. */
const MOST_OUTPUT = 64 * 1024;

/** Lower-case hex SHA-256 of what a run returned; of the empty text when it returned nothing. */
export function outputHash(output: string | undefined): string {
  return createHash('sha256')
    .update(output ?? '')
    .digest('hex');
}

/** The columns event, recording, output and output_sha256 of a run; nulls when it was not recorded. */
export function cassetteValues(
  event: string | undefined,
  recording: string | undefined,
  output: string | undefined,
): (string | null)[] {
  if (event === undefined || recording === undefined) {
    return [null, null, null, null];
  }
  const kept = output !== undefined && output.length <= MOST_OUTPUT ? output.replaceAll('\0', '\ufffd') : null;
  return [event.replaceAll('\0', '\ufffd'), recording, kept, outputHash(output)];
}

/** The recording of a run of this bot; undefined when there is none (any more). */
export async function readCassette(
  database: Database,
  key: { readonly tenant: number; readonly bot: string; readonly run: string },
): Promise<StoredCassette | undefined> {
  const [row] = await database.forTenant(key.tenant).query<StoredCassette>({
    name: 'bot:read-cassette',
    text: `SELECT c.event, c.recording, c.output, c.output_sha256, r.code_version, r.state, r.error
      FROM bot_run r JOIN bot_cassette c USING (tenant, run) WHERE r.tenant = $1 AND r.bot = $2 AND r.run = $3`,
    values: [key.tenant, key.bot, key.run],
  });
  return row;
}
