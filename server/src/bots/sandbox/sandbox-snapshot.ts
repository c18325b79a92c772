import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ivm from 'isolated-vm';
import { installGlobals } from './sandbox-globals.ts';

/** Runs one event inside the sandbox. `module` and `require` are what CommonJS code expects. */
const PRELUDE = `
globalThis.loadCommonJs = function (factory) {
  const module = { exports: {} };
  const core = globalThis.medplumCore;
  factory(module, module.exports, function require(name) {
    if (name === '@medplum/core') { return core; }
    throw new Error("A bot may not require '" + name + "'");
  });
  return module.exports;
};
globalThis.runHandler = async function (exported, eventJson, baseUrl, accessToken) {
  const handler = exported.handler ?? exported.default?.handler ?? exported.default;
  if (typeof handler !== 'function') { throw new Error('The bot exports no function named handler'); }
  const medplum = new globalThis.medplumCore.MedplumClient({ baseUrl, fetch: globalThis.fetch, cacheTime: 0 });
  medplum.setAccessToken(accessToken);
  const event = JSON.parse(eventJson);
  if (event.contentType === 'x-application/hl7-v2+er7' && typeof event.input === 'string') {
    event.input = globalThis.medplumCore.Hl7Message.parse(event.input);
  }
  const result = await handler(medplum, event);
  if (result instanceof globalThis.medplumCore.Hl7Message) { return JSON.stringify(result.toString()); }
  return result === undefined ? undefined : JSON.stringify(result);
};
globalThis.describeObject = function (thrown) {
  try { return 'thrown: ' + JSON.stringify(thrown); } catch { return 'thrown: an object'; }
};
globalThis.describeError = function (error) {
  const isError = error instanceof Error;
  const text = isError ? error.name + ': ' + error.message : typeof error === 'object' ? describeObject(error) : String(error);
  return JSON.stringify({ text, retryable: !(error && error.retryable === false), stack: isError ? String(error.stack) : '' });
};
`;

/** Names that @medplum/core exports, for bots that are ES modules. */
export function coreModuleSource(): string {
  const require = createRequire(import.meta.url);
  const names = Object.keys(require('@medplum/core') as object).filter(
    (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default',
  );
  return `const core = globalThis.medplumCore;\n${names.map((name) => `export const ${name} = core.${name};`).join('\n')}\nexport default core;`;
}

/** A heap in which the web globals and @medplum/core are loaded: a fresh isolate from it takes about 4 ms instead of 15. */
export function sandboxSnapshot(): ivm.ExternalCopy<ArrayBuffer> {
  const core = readFileSync(createRequire(import.meta.url).resolve('@medplum/core'), 'utf8');
  return ivm.Isolate.createSnapshot([
    { code: `(${installGlobals.toString()})(globalThis);`, filename: 'globals.js' },
    {
      code: `(function () { const module = { exports: {} };
        (function (module, exports, require) { ${core}
        })(module, module.exports, function () { throw new Error('nothing to require'); });
        globalThis.medplumCore = module.exports; })();`,
      filename: 'core.js',
    },
    { code: PRELUDE, filename: 'prelude.js' },
  ]);
}
