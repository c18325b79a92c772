import { z } from 'zod';
import { PROVIDERS } from './baa-provider.ts';

/** One row of the table of settings: how it is called in the environment, how it is read, and what it means. */
export interface Setting<T> {
  readonly env: string;
  /** Type as the documentation names it. */
  readonly type: string;
  /** Default as the documentation shows it. */
  readonly default: string;
  readonly doc: string;
  /** Reads the text of the environment; `undefined` when it is not set or empty. */
  readonly schema: z.ZodType<T, string | undefined>;
}

const trueWords = ['true', '1', 'on', 'yes'];
const falseWords = ['false', '0', 'off', 'no'];

function text(env: string, fallback: string, doc: string): Setting<string> {
  return { env, type: 'text', default: fallback, doc, schema: z.string().default(fallback) };
}

function optionalText(env: string, doc: string): Setting<string | undefined> {
  return { env, type: 'text', default: '', doc, schema: z.string().optional() };
}

function optionalUrl(env: string, protocols: RegExp, fallback: string, doc: string): Setting<string | undefined> {
  const url = z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.test(new URL(value).protocol),
      'is not a URL of the right kind',
    );
  return { env, type: 'URL', default: fallback, doc, schema: url.optional() };
}

function integer(env: string, fallback: number, [min, max]: readonly [number, number], doc: string): Setting<number> {
  const schema = z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .default(String(fallback))
    .transform(Number)
    .refine((value) => value >= min && value <= max, `is not between ${min} and ${max}`);
  return { env, type: 'integer', default: String(fallback), doc, schema };
}

function optionalInteger(
  env: string,
  fallback: string,
  [min, max]: readonly [number, number],
  doc: string,
): Setting<number | undefined> {
  const schema = z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `is not between ${min} and ${max}`)
    .optional();
  return { env, type: 'integer', default: fallback, doc, schema };
}

function prices(env: string, doc: string): Setting<{ readonly input: number; readonly output: number } | undefined> {
  const schema = z
    .string()
    .regex(/^\d+(?:\.\d+)?,\d+(?:\.\d+)?$/, 'is not two numbers with a comma between them')
    .transform((value) => {
      const [input = 0, output = 0] = value.split(',').map(Number);
      return { input, output };
    })
    .optional();
  return { env, type: 'two numbers', default: 'costs unknown', doc, schema };
}

function choice<const T extends string>(
  env: string,
  values: readonly [T, ...T[]],
  fallback: T,
  doc: string,
): Setting<T> {
  const schema = z
    .string()
    .default(fallback)
    .pipe(z.enum(values, `is not one of ${values.join(', ')}`));
  return { env, type: values.join(' \\| '), default: fallback, doc, schema };
}

function optionalFlag(env: string, fallback: string, doc: string): Setting<boolean | undefined> {
  const schema = z
    .string()
    .refine((value) => [...trueWords, ...falseWords].includes(value.toLowerCase()), 'is not true or false')
    .transform((value) => trueWords.includes(value.toLowerCase()))
    .optional();
  return { env, type: 'boolean', default: fallback, doc, schema };
}

function list(env: string, fallback: string, doc: string): Setting<readonly string[] | undefined> {
  const schema = z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    )
    .optional();
  return { env, type: 'list, comma-separated', default: fallback, doc, schema };
}

function origins(env: string, fallback: string, doc: string): Setting<readonly string[] | undefined> {
  const { schema, ...setting } = list(env, fallback, doc);
  const isOrigin = (text: string): boolean =>
    /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
  const checked = schema.refine((found) => found?.every(isOrigin) ?? true, 'is no list of origins');
  return { ...setting, schema: checked };
}

function someOf(
  env: string,
  known: readonly string[],
  fallback: string,
  doc: string,
): Setting<readonly string[] | undefined> {
  const { schema, ...setting } = list(env, fallback, doc);
  const names = `is no list of ${known.join(', ')}`;
  return { ...setting, schema: schema.refine((found) => found?.every((name) => known.includes(name)) ?? true, names) };
}

/** Every setting of MindBridge, in the order of the documentation. What is not here is not read from the environment. */
export const settings = {
  port: integer('PORT', 8103, [1, 65_535], 'Port the server listens on.'),
  host: text('HOST', '127.0.0.1', 'Address the server listens on; `0.0.0.0` for all interfaces.'),
  baseUrl: optionalUrl(
    'BASE_URL',
    /^https?:$/,
    '`http://localhost:PORT`',
    'Public address of the server, as browsers and clients see it; `https` in production.',
  ),
  nodeEnv: choice(
    'NODE_ENV',
    ['development', 'test', 'production'],
    'development',
    '`production` refuses the demo and other unsafe settings.',
  ),
  demo: optionalFlag(
    'DEMO',
    '`true`, in production `false`',
    'Loads the demo clinic and its accounts. Refused in production.',
  ),
  dataDir: text('DATA_DIR', './data', 'Folder of the embedded PostgreSQL and of `demo.json`.'),
  masterKeyFile: optionalText(
    'MASTER_KEY_FILE',
    'File of the key that wraps the data keys of clinics, `DATA_DIR/keys/master.json` when absent; made at the first start. Without it sealed records are lost: back it up apart from the database.',
  ),
  kmsKeyId: optionalText(
    'KMS_KEY_ID',
    'Id, ARN or alias of a symmetric key in AWS KMS, which wraps the data keys of clinics instead of a file.',
  ),
  databaseUrl: optionalUrl(
    'DATABASE_URL',
    /^postgres(ql)?:$/,
    'embedded PostgreSQL',
    'PostgreSQL 15 or newer, e.g. `postgres://user:password@host:5432/mindbridge`.',
  ),
  databasePoolSize: integer('DATABASE_POOL_SIZE', 12, [2, 500], 'Most database connections of one server process.'),
  statementTimeoutMs: integer(
    'STATEMENT_TIMEOUT_MS',
    30_000,
    [100, 3_600_000],
    'Longest time a database statement may run, in ms.',
  ),
  serverProcesses: optionalInteger(
    'SERVER_PROCESSES',
    'one for every two cores',
    [1, 64],
    'Server processes that share the port and the database.',
  ),
  drainMs: integer(
    'DRAIN_MS',
    0,
    [0, 300_000],
    'How long a server that is asked to stop goes on serving while `/readyz` already says no, in ms: what a load balancer takes to notice.',
  ),
  anthropicApiKey: optionalText(
    'ANTHROPIC_API_KEY',
    'Key of the Claude API. Without it the embedded engines serve alone.',
  ),
  anthropicBaseUrl: optionalUrl(
    'ANTHROPIC_BASE_URL',
    /^https?:$/,
    '`https://api.anthropic.com`',
    'Address of the Claude API, or of a gateway in front of it.',
  ),
  anthropicPrices: prices(
    'ANTHROPIC_PRICES',
    'US dollars for a million tokens of input and of output, such as `3,15`: the record of each AI output then tells its cost.',
  ),
  anthropicTimeoutSeconds: integer(
    'ANTHROPIC_TIMEOUT_SECONDS',
    60,
    [1, 600],
    'Longest time in seconds for one call of the Claude API with its retries.',
  ),
  aiDraftDays: integer(
    'AI_DRAFT_DAYS',
    14,
    [1, 365],
    'Days after which a drafted note that nobody has answered expires.',
  ),
  baaProviders: someOf(
    'BAA_PROVIDERS',
    PROVIDERS,
    'none',
    'Providers with whom a business associate agreement is signed, of `anthropic`, `deepgram`, `aws`. No other is sent anything, except on this machine.',
  ),
  deepgramApiKey: optionalText('DEEPGRAM_API_KEY', 'Key of Deepgram, for speech-to-text.'),
  deepgramBaseUrl: optionalUrl(
    'DEEPGRAM_BASE_URL',
    /^https?:$/,
    '`https://api.deepgram.com`',
    'Address of Deepgram, or of a gateway in front of it.',
  ),
  awsTranscribeBucket: optionalText(
    'AWS_TRANSCRIBE_BUCKET',
    'Bucket through which sound and result pass; with it Amazon Transcribe Medical turns speech to text.',
  ),
  awsRegion: text('AWS_REGION', 'us-east-1', 'Region of AWS KMS, Amazon Transcribe Medical and its bucket.'),
  awsAccessKeyId: optionalText('AWS_ACCESS_KEY_ID', 'Identity for AWS KMS, Amazon Transcribe Medical and its bucket.'),
  awsSecretAccessKey: optionalText('AWS_SECRET_ACCESS_KEY', 'Its secret.'),
  awsSessionToken: optionalText('AWS_SESSION_TOKEN', 'Its session token, when it is a temporary one.'),
  awsEndpointUrl: optionalUrl(
    'AWS_ENDPOINT_URL',
    /^https?:$/,
    'those of the region',
    'Address of these services, for private endpoints.',
  ),
  anthropicModel: text('ANTHROPIC_MODEL', 'claude-sonnet-5', 'Claude model that writes narratives.'),
  outboundAllow: list(
    'OUTBOUND_ALLOW',
    'in the demo `127.0.0.1,localhost`',
    'Hosts in private networks that Subscriptions and bots may call; all other private addresses are refused.',
  ),
  corsOrigins: list(
    'CORS_ORIGINS',
    'none',
    'Browser origins that may call the API besides the own one and those that registered clients name.',
  ),
  ehrOrigins: origins(
    'EHR_ORIGINS',
    'none',
    'Origins of other EHRs, such as `https://ehr.example`, that show the SMART apps within their pages, and whose FHIR base and token endpoint these call.',
  ),
  smtpUrl: optionalUrl(
    'SMTP_URL',
    /^smtps?:$/,
    'none: messages are kept in `DATA_DIR/outbox`, in production nothing is sent',
    'Mail service for invitations, password resets and notices, e.g. `smtps://user:password@mail.example:465`.',
  ),
  mailFrom: text('MAIL_FROM', 'MindBridge <no-reply@localhost>', 'Sender of the mails.'),
  rateLimitTenant: integer(
    'RATE_LIMIT_TENANT',
    1_000_000,
    [0, 1_000_000_000],
    'Most FHIR requests of one clinic in a minute, 0 for no limit; a Project may have its own.',
  ),
  rateLimitUser: integer('RATE_LIMIT_USER', 60_000, [0, 1_000_000_000], 'The same for one person of a clinic.'),
  rateLimitClient: integer(
    'RATE_LIMIT_CLIENT',
    600_000,
    [0, 1_000_000_000],
    'The same for one client or bot of a clinic.',
  ),
  trustProxy: integer(
    'TRUST_PROXY',
    0,
    [0, 10],
    'Reverse proxies in front of the server whose `X-Forwarded-*` headers are believed.',
  ),
  maxBodyBytes: integer('MAX_BODY_BYTES', 64 * 1024 * 1024, [1024, 1024 ** 3], 'Largest request body, in bytes.'),
  maxBundleEntries: integer(
    'MAX_BUNDLE_ENTRIES',
    10_000,
    [1, 1_000_000],
    'Most entries of a batch or transaction Bundle.',
  ),
  maxElements: integer('MAX_ELEMENTS', 2_000_000, [100, 100_000_000], 'Most JSON values in one request body.'),
  maxDepth: integer('MAX_DEPTH', 128, [16, 1_000], 'Deepest nesting of a request body.'),
  logLevel: choice(
    'LOG_LEVEL',
    ['silent', 'error', 'warn', 'info', 'debug'],
    'info',
    'Least severe events that are logged.',
  ),
  logFormat: choice(
    'LOG_FORMAT',
    ['auto', 'json', 'pretty'],
    'auto',
    '`auto` is pretty in a terminal and JSON elsewhere.',
  ),
  slowStatementMs: integer(
    'SLOW_STATEMENT_MS',
    500,
    [1, 3_600_000],
    'Database statements that take longer are logged, by name.',
  ),
  testData: optionalText(
    'TEST_DATA',
    'Folder of large test data sets (Synthea, FHIR examples); tests that need it are skipped without it.',
  ),
} as const satisfies Record<string, Setting<unknown>>;

type Raw = { readonly [K in keyof typeof settings]: z.output<(typeof settings)[K]['schema']> };

/** The settings in force, with every default filled in. */
export interface Config extends Omit<Raw, 'baseUrl' | 'demo' | 'outboundAllow'> {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly demo: boolean;
  readonly outboundAllow: readonly string[];
}
