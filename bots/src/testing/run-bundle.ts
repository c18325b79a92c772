/** Runs a deployed file as a host would: CommonJS, with nothing but `@medplum/core` to ask for. */

import { runInThisContext } from 'node:vm';
import type { BotEvent, MedplumClient } from '@medplum/core';
import * as core from '@medplum/core';

/** What a bot's file exports. */
export type Handler = (medplum: MedplumClient, event: BotEvent) => Promise<unknown>;

/** Loads the code of a bundle and gives its handler. */
export function loadBundle(code: string): Handler {
  const module: { exports: { handler?: Handler } } = { exports: {} };
  const ask = (name: string): unknown => {
    if (name !== '@medplum/core') {
      throw new Error(`The bundle asked for ${name}`);
    }
    return core;
  };
  const load: unknown = runInThisContext(`(function (module, exports, require) {${code}\n})`);
  if (typeof load === 'function') {
    Reflect.apply(load, undefined, [module, module.exports, ask]);
  }
  if (!module.exports.handler) {
    throw new Error('The bundle exports no handler');
  }
  return module.exports.handler;
}
