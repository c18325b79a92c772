/** Runs a deployed file as upstream Medplum does in process: a bare realm, `exports.handler`, and little else to ask for. */
import { runInNewContext } from 'node:vm';
import type { BotEvent, MedplumClient } from '@medplum/core';
import * as core from '@medplum/core';

/** What a bot's file exports. */
export type Handler = (medplum: MedplumClient, event: BotEvent) => Promise<unknown>;

/**
 * Loads the code of a bundle in a realm with only what an in-process host of Medplum lends (no timers, no `crypto`, no
 * `atob`), and gives its handler.
 * @see https://www.medplum.com/docs/bots/running-bots-locally
 */
export function loadBundle(code: string): Handler {
  const ask = (name: string): unknown => {
    if (name !== '@medplum/core') {
      throw new Error(`The bundle asked for ${name}`);
    }
    return core;
  };
  const { ContentType, Hl7Message, MedplumClient } = core;
  const lent = {
    console,
    fetch,
    require: ask,
    ContentType,
    Hl7Message,
    MedplumClient,
    TextEncoder,
    URL,
    URLSearchParams,
  };
  const handler: unknown = runInNewContext(
    `const exports = {};\nconst module = {exports};\n${code}\nexports.handler;`,
    lent,
  );
  if (typeof handler !== 'function') {
    throw new Error('The bundle exports no handler');
  }
  return async (medplum, event) => Reflect.apply(handler, undefined, [medplum, event]) as unknown;
}
