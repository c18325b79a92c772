import type { Surroundings } from './progress.ts';

/** Is the server's readiness endpoint content? Any failure to answer counts as no. */
async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('readyz', baseUrl), { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Waits until the server is ready. @throws Error with one sentence after `limit` ms (default: two minutes). */
export async function waitUntilReady(baseUrl: string, { pause, now }: Surroundings, limit = 120_000): Promise<void> {
  const end = now().getTime() + limit;
  while (!(await isReady(baseUrl))) {
    if (now().getTime() > end) {
      throw new Error(`The server at ${baseUrl} is not ready: start it, or name another with --base`);
    }
    await pause(200);
  }
}
