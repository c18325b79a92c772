import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config/index.ts';
import type { Database } from './database/index.ts';
import type { Observer } from './observability/index.ts';
import type { Vault } from './vault/index.ts';

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

/** The ground with its vault open: what every part of the house stands on. */
export interface OpenGround extends Ground {
  readonly vault: Vault;
  /** The FHIR base, with a trailing slash. */
  readonly fhirUrl: string;
  /** Tells of work that failed without anybody waiting for it. */
  readonly warn: (worker: string, error: unknown) => void;
}

/** A folder of this installation's own files, made when it is not there. */
export function dataFolder(config: Config, name: string): string {
  const folder = join(config.dataDir, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
