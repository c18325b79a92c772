import type { Server } from 'node:http';
import { compose } from './compose.ts';
import type { Config } from './config/index.ts';
import { type OpenDatabaseOptions, openDatabase } from './database/index.ts';
import type { Observer } from './observability/index.ts';

/** Longest time that requests under way may take to end once a stop is asked for, in ms. */
const STOP_TIMEOUT = 10_000;

/** A process that serves. */
export interface Serving {
  /** Lets what is under way end, then stops everything in the opposite order of the start. */
  stop(signal: string): Promise<void>;
}

/**
 * Opens the database, puts the house together and listens: one server process.
 * @throws Error with one plain sentence when the database or the port cannot be had.
 */
export async function serve(
  config: Config,
  observer: Observer,
  connection: OpenDatabaseOptions['connection'],
): Promise<Serving> {
  const started = performance.now();
  const database = await openDatabase({
    connection,
    poolSize: config.databasePoolSize,
    statementTimeoutMs: config.statementTimeoutMs,
    slowStatementMs: config.slowStatementMs,
    onSlowStatement: (statement, durationMs) => observer.emit({ type: 'slow-statement', statement, durationMs }),
    onMigrated: (migrations) => observer.emit({ type: 'database-migrated', migrations }),
  });
  const house = await compose({ config, database, observer, clock: () => new Date() });
  await listen(house.server, config);
  await house.start();
  const durationMs = Math.round(performance.now() - started);
  observer.emit({ type: 'started', port: config.port, process: process.pid, durationMs });
  return {
    async stop(signal) {
      observer.emit({ type: 'stopping', signal });
      const giveUp = setTimeout(() => house.server.closeAllConnections(), config.drainMs + STOP_TIMEOUT);
      await house.stop();
      clearTimeout(giveUp);
      await database.close();
      observer.emit({ type: 'stopped' });
    },
  };
}

function listen(server: Server, config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const problem = error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${error.code})`;
      reject(new Error(`Port ${config.port} on ${config.host} ${problem}: choose another one with PORT.`));
    });
    server.listen(config.port, config.host, resolve);
  });
}
