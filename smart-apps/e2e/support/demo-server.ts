import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** A person of the demo. */
export interface DemoUser {
  readonly email: string;
  readonly password: string;
  readonly role: string;
  readonly name: string;
}

/** What the demo writes for scripts. */
export interface Demo {
  readonly baseUrl: string;
  readonly fhirUrl: string;
  readonly tokenUrl: string;
  readonly tenants: readonly {
    readonly name: string;
    readonly projectId: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly users: readonly DemoUser[];
  }[];
}

/** A running MindBridge with its demo clinic. */
export interface DemoServer {
  readonly demo: Demo;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Waits for a line of the process; fails with what it said when it ends before. */
function waitFor(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes(words)) {
        resolve();
      }
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => reject(new Error(`MindBridge ended with ${String(code)}:\n${said.slice(-2000)}`)));
  });
}

async function readDemo(dataDir: string): Promise<Demo> {
  return JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as Demo;
}

/**
 * Starts what `npm start` starts, on a port and a data folder of its own. While writing a test, `E2E_DATA_DIR` names the
 * data folder of a demo that runs already.
 * Settings are added to those of the demo. The host is `localhost`, for browsers make passkeys for no bare address.
 */
export async function startDemoServer(settings: Readonly<Record<string, string>> = {}): Promise<DemoServer> {
  const running = process.env.E2E_DATA_DIR;
  if (running) {
    return { demo: await readDemo(running), stop: async () => undefined };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'mindbridge-e2e-'));
  const port = await freePort();
  const { npm_lifecycle_event: _event, ...environment } = process.env;
  const child = spawn(process.execPath, ['infra/scripts/start.mjs'], {
    cwd: ROOT,
    env: {
      ...environment,
      NODE_ENV: '',
      PORT: String(port),
      BASE_URL: `http://localhost:${port}`,
      DATA_DIR: dataDir,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null) {
      child.kill('SIGINT');
      await ended;
    }
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await waitFor(child, 'MindBridge ready');
    return { demo: await readDemo(dataDir), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
