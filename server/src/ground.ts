import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config/index.ts';
import type { Database } from './database/index.ts';
import type { Observer } from './observability/index.ts';

/** What is there before the rooms are put together. */
export interface Ground {
  readonly config: Config;
  readonly database: Database;
  readonly observer: Observer;
  readonly clock: () => Date;
  /** Folder of the prepared definitions; `cache` below DATA_DIR when absent. */
  readonly cacheDir?: string;
  /** Load FHIR's own definitions into the database; only tests leave them out. */
  readonly baseDefinitions?: boolean;
}

/** A folder of this installation's own files, made when it is not there. */
export function dataFolder(config: Config, name: string): string {
  const folder = join(config.dataDir, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
