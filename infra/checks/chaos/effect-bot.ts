import { z } from 'zod';
import { type Credentials, clientToken, send } from '../kill/fhir-client.ts';

/** Identifier system under which an effect names the version that it stands for. */
export const effectOf = 'https://mindbridge.health/fhir/sid/chaos-effect';
const keySystem = 'https://mindbridge.health/fhir/sid/chaos-key';

/** Time in ms that the bot stays after its write: the moment in which a kill would double the effect of a careless bot. */
const LINGER_MS = 15;

/**
 * The code of a bot with one effect per event. It keeps the contract of retries: what it makes carries the event's idempotency
 * key, and is made only if it is not there yet. The careless one does not look.
 */
function botCode(careless: boolean): string {
  const create = careless
    ? 'medplum.createResource(effect)'
    : `medplum.createResourceIfNoneExist(effect, 'identifier=${keySystem}|' + key)`;
  return `exports.handler = async (medplum, event) => {
    const key = event.headers['x-idempotency-key'];
    const version = 'Observation/' + event.input.id + '/_history/' + event.input.meta.versionId;
    const identifier = [{ system: '${effectOf}', value: version }, { system: '${keySystem}', value: key }];
    const effect = { resourceType: 'Basic', identifier, code: { text: 'effect' } };
    await ${create};
    await new Promise((done) => setTimeout(done, ${LINGER_MS}));
  };`;
}

const withId = z.looseObject({ id: z.string() });

/** Deploys the bot, subscribes it to every Observation, and a receiver to every effect. */
export async function deployEffectBot(
  base: string,
  credentials: Credentials,
  options: { readonly receiver: string; readonly careless: boolean },
): Promise<void> {
  const bearer = await clientToken(base, credentials);
  const path = `admin/projects/${credentials.projectId}/bot`;
  const bot = withId.parse(await send(base, bearer, 'POST', path, { name: 'effect' }));
  const deploy = { code: botCode(options.careless), filename: 'bot.cjs' };
  await send(base, bearer, 'POST', `fhir/R4/Bot/${bot.id}/$deploy`, deploy);
  const subscription = (criteria: string, endpoint: string): object => ({
    resourceType: 'Subscription',
    status: 'active',
    reason: 'Chaos',
    criteria,
    channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' },
  });
  for (const wanted of [subscription('Observation', `Bot/${bot.id}`), subscription('Basic', options.receiver)]) {
    await send(base, bearer, 'POST', 'fhir/R4/Subscription', wanted);
  }
}
