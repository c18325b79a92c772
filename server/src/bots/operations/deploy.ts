import { createHash } from 'node:crypto';
import type { Attachment, Bot } from '@medplum/fhirtypes';
import { z } from 'zod';
import { invalid, outcomeOf, unprocessable } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import { addBotCode, readBotCode } from '../bot-code.ts';
import { declaredManifest } from '../bot-registry.ts';
import type { BotToken } from '../bot-token.ts';
import { compileBot } from '../compile-bot.ts';
import { undeclaredUses } from '../undeclared.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';

const bodySchema = z.object({ code: z.string().min(1).max(8_000_000), filename: z.string().max(200).optional() });

/** Modules that a bot may import. */
const OFFERED = new Set(['@medplum/core']);
const IMPORTS = /(?:^|[^.\w$])(?:require\s*\(\s*|import\s*\(\s*|from\s+|import\s+)(['"])([^'"\n]+)\1/g;

/**
 * What is executed for a source.
 * @throws FhirError 422 when it does not compile, or imports what a bot may not.
 */
async function executable(source: string, filename: string): Promise<string> {
  const compiled = await compileBot(source, filename);
  if (compiled.kind === 'refused') {
    throw unprocessable('bot-code-syntax', `The code of the bot does not compile: ${compiled.text}`);
  }
  for (const [, , name] of compiled.code.matchAll(IMPORTS)) {
    if (name !== undefined && !OFFERED.has(name)) {
      throw unprocessable(
        'bot-code-import',
        `The code of the bot imports '${name}': a bot may import only @medplum/core`,
      );
    }
  }
  return compiled.code;
}

/** @throws FhirError 422 when the code plainly does what the bot's manifest does not declare. */
function refuseUndeclared(code: string, bot: Bot): void {
  const manifest = declaredManifest(bot);
  const uses = manifest ? undeclaredUses(code, manifest) : [];
  if (uses.length > 0) {
    const text = `The manifest of the bot does not declare that it ${uses.slice(0, 5).join(', ')}`;
    throw unprocessable('bot-undeclared', text, 'Bot.extension');
  }
}

/** `Bot/:id/$deploy {code, filename}`: adds a version of the code and points the Bot at it. Needs the right to update the Bot. */
export async function deploy<T extends BotToken>(
  options: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const body = bodySchema.safeParse(request.body);
  if (!body.success) {
    throw invalid('deploy-body', 'The body of $deploy needs code (text, up to 8 MB) and may have filename');
  }
  const { code: source, filename = 'index.js' } = body.data;
  const code = await executable(source, filename);
  const bot = await request.repository.readResource<Bot>('Bot', request.id ?? '');
  refuseUndeclared(code, bot);
  const version = await addVersion(options, request, { source, filename, code });
  const text = `Deployed version ${version}`;
  return {
    resource: {
      ...outcomeOf([{ severity: 'information', code: 'informational', key: 'bot-deployed', text }]),
      id: 'ok',
    },
  };
}

/** Points the Bot at its next version and keeps that; once more when somebody else deployed meanwhile. */
async function addVersion<T extends BotToken>(
  options: BotOperationsOptions<T>,
  request: OperationRequest,
  deployed: { readonly source: string; readonly filename: string; readonly code: string },
): Promise<number> {
  const { database, clock, fhirUrl } = options;
  const { source, filename, code } = deployed;
  const bot = await request.repository.readResource<Bot>('Bot', request.id ?? '');
  const owner = { tenant: request.context.tenant, bot: bot.id };
  const sha256 = createHash('sha256').update(code).digest('hex');
  const version = ((await readBotCode(database, owner))?.version ?? 0) + 1;
  const attachment: Attachment = {
    contentType: /\.[cm]?ts$/.test(filename) ? 'application/typescript' : 'text/javascript',
    title: filename,
    url: `${fhirUrl}Bot/${bot.id}/$code?version=${version}`,
  };
  await request.repository.updateResource<Bot>({ ...bot, sourceCode: attachment, executableCode: attachment });
  const added = await addBotCode(
    database,
    owner,
    { version, sha256, filename, source, executable: code },
    { author: request.context.author, at: clock() },
  );
  return added ? version : addVersion(options, request, deployed);
}
