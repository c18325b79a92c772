import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** The one file that a bot deploys as. */
export interface BotBundle {
  readonly code: string;
  /** Lower-case hex SHA-256 of the code. */
  readonly hash: string;
  /** Modules that the file still asks its host for. */
  readonly imports: readonly string[];
}

/** Modules that a host offers to every bot. */
const OFFERED = ['@medplum/core'];

/** Hosts that run bots in process look for `exports.handler`, not for what replaced `module.exports`. */
const FOOTER = 'Object.assign(exports, module.exports);';

/** Where a bot's model is: behind the server's gateway, or behind the SDK inside the bundle. */
export type ModelAccess = 'gateway' | 'sdk';

/** Leaves the SDK out of a bundle for a server with a gateway; else gives it empty modules for those of Node that it names. */
function modelAccess(access: ModelAccess): Plugin {
  return {
    name: 'model-access',
    setup({ onResolve, onLoad }) {
      if (access === 'gateway') {
        onResolve({ filter: /\/claude-engine\.ts$/ }, ({ resolveDir }) => ({
          path: join(resolveDir, 'no-claude-engine.ts'),
        }));
        return;
      }
      onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'absent' }));
      onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: ABSENT }));
    },
  };
}

/** A module of Node that no host of bots has: whatever is taken from it is a class that does nothing. */
const ABSENT = 'module.exports = new Proxy({}, { get: (_, name) => (name === "__esModule" ? undefined : class {}) });';

/**
 * Bundles a bot into one CommonJS file with everything inside except `@medplum/core`.
 * Throws when the result would ask its host for anything else.
 */
export async function bundleBot(entry: string, access: ModelAccess = 'gateway'): Promise<BotBundle> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    external: OFFERED,
    footer: { js: FOOTER },
    plugins: [modelAccess(access)],
    outfile: 'bot.cjs',
  });
  const code = result.outputFiles[0]?.text ?? '';
  const imports = [
    ...new Set(Object.values(result.metafile.outputs).flatMap((output) => output.imports.map((each) => each.path))),
  ];
  const foreign = imports.filter((path) => !OFFERED.includes(path));
  if (foreign.length > 0) {
    throw new Error(
      `The bundle of ${entry} would import ${foreign.join(', ')}; a bot may import only ${OFFERED.join(', ')}`,
    );
  }
  return { code, hash: createHash('sha256').update(code).digest('hex'), imports };
}
