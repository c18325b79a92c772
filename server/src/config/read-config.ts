import { type Config, settings } from './settings.ts';

/** Environment variables as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every setting once. An unknown value or an unsafe combination ends the start.
 * @throws Error with one plain sentence that names the setting, what was found and what is needed.
 */
export function readConfig(environment: Environment): Config {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const found = environment[setting.env]?.trim() || undefined;
    const parsed = setting.schema.safeParse(found);
    if (!parsed.success) {
      throw new Error(
        `${setting.env} ${parsed.error.issues[0]?.message}: found "${shown(setting.env, found)}". ${setting.doc}`,
      );
    }
    values[name] = parsed.data;
  }
  const config = complete(values as unknown as Parameters<typeof complete>[0]);
  refuseUnsafe(config);
  return config;
}

type Parsed = Omit<Config, 'baseUrl' | 'demo' | 'outboundAllow'> & {
  readonly baseUrl: string | undefined;
  readonly demo: boolean | undefined;
  readonly outboundAllow: readonly string[] | undefined;
};

function complete(parsed: Parsed): Config {
  const demo = parsed.demo ?? parsed.nodeEnv === 'development';
  return {
    ...parsed,
    demo,
    baseUrl: (parsed.baseUrl ?? `http://localhost:${parsed.port}`).replace(/\/+$/, ''),
    outboundAllow: parsed.outboundAllow ?? (demo ? ['127.0.0.1', 'localhost'] : []),
  };
}

/** Combinations that are safe to try out and unsafe to run a clinic on. */
function refuseUnsafe(config: Config): void {
  if (config.nodeEnv !== 'production') {
    return;
  }
  if (config.demo) {
    throw new Error('DEMO is on while NODE_ENV is production: the demo has public passwords. Unset DEMO.');
  }
  if (!config.baseUrl.startsWith('https://')) {
    throw new Error(`BASE_URL is ${config.baseUrl} while NODE_ENV is production: set it to the public https address.`);
  }
  if (config.anthropicBaseUrl !== undefined && !config.anthropicBaseUrl.startsWith('https://')) {
    throw new Error(
      'ANTHROPIC_BASE_URL is not https while NODE_ENV is production: patient data must not travel in clear text.',
    );
  }
}

const secrets = new Set(['ANTHROPIC_API_KEY', 'DATABASE_URL']);

function shown(env: string, value: string | undefined): string {
  return secrets.has(env) ? '(not shown)' : (value ?? '');
}
