import { z } from 'zod';
import { type Credentials, clientToken, send } from '../kill/fhir-client.ts';
import { versionOf } from './effect-receiver.ts';

const page = z.looseObject({
  entry: z.array(z.looseObject({ resource: z.unknown() })).optional(),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).optional(),
});

/** Every effect that the server holds, counted by the version that it stands for. */
export async function effectsThere(base: string, credentials: Credentials): Promise<Map<string, number>> {
  const bearer = await clientToken(base, credentials);
  const counts = new Map<string, number>();
  for (let path: string | undefined = 'fhir/R4/Basic?_count=1000'; path !== undefined; ) {
    const bundle: z.output<typeof page> = page.parse(await send(base, bearer, 'GET', path));
    for (const { resource } of bundle.entry ?? []) {
      const version = versionOf(resource) ?? 'unknown';
      counts.set(version, (counts.get(version) ?? 0) + 1);
    }
    const next: string | undefined = bundle.link?.find(({ relation }) => relation === 'next')?.url;
    path = next?.slice(next.indexOf('fhir/R4'));
  }
  return counts;
}
