import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Credentials, clientToken, send } from '../kill/fhir-client.ts';

/** Pause in ms of a writer after each pair of writes: load, but not more than the bot processes can answer. */
const PAUSE_MS = 120;

const stored = z.looseObject({ id: z.string(), meta: z.looseObject({ versionId: z.string() }) });

/** Where a writer writes, and the versions that were acknowledged to it. */
export interface Writing {
  readonly base: string;
  readonly credentials: Credentials;
  readonly acknowledged: Set<string>;
}

/** Creates Observations and amends each, until told to stop. */
export async function writeVersions({ base, credentials, acknowledged }: Writing, going: () => boolean): Promise<void> {
  const resource = { resourceType: 'Observation', status: 'final', code: { text: 'chaos' } };
  const written = async (bearer: string, method: string, path: string, body: object): Promise<string> => {
    const { id, meta } = stored.parse(await send(base, bearer, method, path, body));
    acknowledged.add(`Observation/${id}/_history/${meta.versionId}`);
    return id;
  };
  let bearer: string | undefined;
  while (going()) {
    try {
      bearer ??= await clientToken(base, credentials);
      const id = await written(bearer, 'POST', 'fhir/R4/Observation', resource);
      await written(bearer, 'PUT', `fhir/R4/Observation/${id}`, { ...resource, id, status: 'amended' });
    } catch {
      // The server is down: nothing was acknowledged, and the writer tries again.
    }
    await sleep(PAUSE_MS);
  }
}
