import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../server/src/database/index.ts';
import { clientToken, makeProject, send } from './kill/fhir-client.ts';
import { freePort, removeData } from './kill/own-server.ts';
import { type ServerUnderTest, serverUnderTest } from './kill/server-under-test.ts';

/**
 * `node infra/checks/rolling-deploy.ts`: two servers over one database are stopped by SIGTERM and started again, one after the
 * other, twice, while a client writes through whichever says that it is ready. No write may fail, and each that was
 * acknowledged must be there.
 * @see security.md S80
 */
const PUBLIC = 'http://mindbridge.test';
const DRAIN_MS = 3000;
const PACE_MS = 20;
const LOOK_MS = 500;
/** How long an answer about readiness is waited for: a busy machine is no server that stops. */
const PATIENCE_MS = 5000;

const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-rolling-'));
const database = await startEmbeddedPostgres({ dataDir });
const environment = { BASE_URL: PUBLIC, DRAIN_MS: String(DRAIN_MS), SERVER_PROCESSES: '1' };
const servers: readonly ServerUnderTest[] = [
  serverUnderTest(dataDir, await freePort(), randomUUID(), { environment }),
  serverUnderTest(dataDir, await freePort(), randomUUID(), { environment }),
];
try {
  for (const server of servers) {
    await server.start();
  }
  const base = (servers[0] as ServerUnderTest).base;
  const bearer = await clientToken(base, await makeProject(base, dataDir));
  const client = startClient(bearer);
  for (const server of [...servers, ...servers]) {
    await sleep(1000);
    await server.stop();
    await server.start();
    while (!client.sends(server)) {
      await sleep(LOOK_MS);
    }
  }
  const { acknowledged, failures } = await client.stop();
  const lost = await countLost(bearer, acknowledged);
  const isWell = failures.length === 0 && lost === 0;
  process.stdout.write(
    `${isWell ? 'ok  ' : 'FAIL'} 4 restarts under load: ${acknowledged.length} writes acknowledged, ${lost} lost, ` +
      `${failures.length} failed${failures.length > 0 ? `: ${[...new Set(failures)].join('; ')}` : ''}\n`,
  );
  process.exitCode = isWell ? 0 : 1;
} finally {
  for (const server of servers) {
    await server.stop();
  }
  await database.stop();
  removeData(dataDir);
}

/** Writes through the servers in turn, as a balancer that looks at their readiness every half second would send them. */
function startClient(bearer: string) {
  const acknowledged: string[] = [];
  const failures: string[] = [];
  const under = new Set<Promise<void>>();
  let ready = servers;
  let going = true;
  const states = new Map(servers.map((server) => [server, true]));
  const looks = setInterval(() => {
    for (const server of servers) {
      void isReady(server).then((isUp) => {
        states.set(server, isUp);
        ready = servers.filter((one) => states.get(one));
      });
    }
  }, LOOK_MS);
  const write = async (server: ServerUnderTest, id: string): Promise<void> => {
    try {
      await send(server.base, bearer, 'PUT', `fhir/R4/Patient/${id}`, { resourceType: 'Patient', id });
      acknowledged.push(id);
    } catch (error) {
      failures.push(error instanceof Error ? error.message.replace(id, '[id]') : String(error));
    }
  };
  const loop = (async () => {
    for (let n = 0; going; n++, await sleep(PACE_MS)) {
      const server = ready[n % Math.max(1, ready.length)];
      if (!server) {
        failures.push('no server was ready');
        continue;
      }
      const one = write(server, randomUUID()).finally(() => under.delete(one));
      under.add(one);
    }
  })();
  return {
    /** Is the server one of those that are written through? */
    sends: (server: ServerUnderTest) => ready.includes(server),
    async stop() {
      going = false;
      clearInterval(looks);
      await loop;
      await Promise.all(under);
      return { acknowledged, failures };
    },
  };
}

async function isReady({ base }: ServerUnderTest): Promise<boolean> {
  const answer = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

async function countLost(bearer: string, ids: readonly string[]): Promise<number> {
  const { base } = servers[0] as ServerUnderTest;
  let lost = 0;
  for (const id of ids) {
    await send(base, bearer, 'GET', `fhir/R4/Patient/${id}`).catch(() => {
      lost += 1;
    });
  }
  return lost;
}
