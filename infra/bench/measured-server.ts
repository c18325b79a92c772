import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeProject } from '../checks/kill/fhir-client.ts';
import { freePort, removeData } from '../checks/kill/own-server.ts';
import { serverUnderTest } from '../checks/kill/server-under-test.ts';
import { cpuTime } from './cpu-time.ts';
import { bearerOf, type HttpSide, httpSide } from './http-side.ts';

/** A MindBridge server that was started to be measured, with an empty project of its own. */
export interface MeasuredServer extends HttpSide {
  /** Asks a module that was loaded before the server. */
  ask(message: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a server, in one process over an embedded database in a temporary folder. `preload` names modules of `preload/`. */
export async function startMeasuredServer(name: string, preload: readonly string[] = []): Promise<MeasuredServer> {
  const dataDir = temporaryFolder();
  const modules = preload.map((module) => new URL(`preload/${module}.ts`, import.meta.url).href);
  const options = { preload: modules, environment: { SERVER_PROCESSES: '1' } };
  const server = serverUnderTest(dataDir, await freePort(), randomUUID(), options);
  await server.start();
  const { clientId, clientSecret } = await makeProject(server.base, dataDir);
  const side = httpSide(name, {
    fhirBase: `${server.base}/fhir/R4`,
    bearer: bearerOf(`${server.base}/oauth2/token`, clientId, clientSecret),
    cpuMs: () => cpuTime(server.processes()),
  });
  return {
    ...side,
    ask: server.ask,
    async stop() {
      side.close();
      await server.stop();
      removeData(dataDir);
    },
  };
}

/** A new folder for one run. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mindbridge-bench-'));
}

/** The processes of the database whose cluster lies in a data folder. */
export function processesBelow(dataDir: string): number[] {
  const cluster = realpathSync(join(dataDir, 'postgresql'));
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && worksIn(pid, cluster));
}

function worksIn(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
  } catch {
    return false;
  }
}
