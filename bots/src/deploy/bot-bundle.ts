import { createHash } from 'node:crypto';
import { build } from 'esbuild';

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

/**
 * Bundles a bot into one CommonJS file with everything inside except `@medplum/core`.
 * Throws when the result would ask its host for anything else.
 */
export async function bundleBot(entry: string): Promise<BotBundle> {
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
