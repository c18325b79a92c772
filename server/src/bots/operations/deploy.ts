import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';
import { Script } from 'node:vm';
import type { Attachment, Bot } from '@medplum/fhirtypes';
import { z } from 'zod';
import { invalid, outcomeOf, unprocessable } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import { addBotCode, readBotCode } from '../bot-code.ts';
import { type BotToken, moduleKind } from '../bot-host.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';

const bodySchema = z.object({ code: z.string().min(1).max(8_000_000), filename: z.string().max(200).optional() });

/** Modules that a bot may import. */
const OFFERED = new Set(['@medplum/core']);
const IMPORTS = /(?:^|[^.\w$])(?:require\s*\(\s*|import\s*\(\s*|from\s+|import\s+)(['"])([^'"\n]+)\1/g;

/**
 * What is executed for a source: TypeScript loses its types, everything else stays as it is.
 * @throws FhirError 422 when it does not compile, or imports what a bot may not.
 */
export function executableOf(source: string, filename: string): string {
  let code: string;
  try {
    code = /\.[cm]?ts$/.test(filename) ? stripTypeScriptTypes(source, { mode: 'strip' }) : source;
    if (moduleKind(filename, code) === 'cjs') {
      new Script(`(function (module, exports, require) { ${code}\n})`, { filename });
    } else {
      stripTypeScriptTypes(code, { mode: 'strip' });
    }
  } catch (error) {
    const text = error instanceof Error ? (error.message.split('\n').find((line) => line.trim() !== '') ?? '') : '';
    throw unprocessable('bot-code-syntax', `The code of the bot does not compile: ${text.trim().slice(0, 300)}`);
  }
  for (const [, , name] of code.matchAll(IMPORTS)) {
    if (name !== undefined && !OFFERED.has(name)) {
      throw unprocessable(
        'bot-code-import',
        `The code of the bot imports '${name}': a bot may import only @medplum/core`,
      );
    }
  }
  return code;
}

/** `Bot/:id/$deploy {code, filename}`: adds a version of the code and points the Bot at it. Needs the right to update the Bot. */
export async function deploy<T extends BotToken>(
  { database, clock, fhirUrl }: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const body = bodySchema.safeParse(request.body);
  if (!body.success) {
    throw invalid('deploy-body', 'The body of $deploy needs code (text, up to 8 MB) and may have filename');
  }
  const { code: source, filename = 'index.js' } = body.data;
  const executable = executableOf(source, filename);
  const bot = await request.repository.readResource<Bot>('Bot', request.id ?? '');
  const owner = { tenant: request.context.tenant, bot: bot.id };
  const sha256 = createHash('sha256').update(executable).digest('hex');
  const version = ((await readBotCode(database, owner))?.version ?? 0) + 1;
  const attachment: Attachment = {
    contentType: /\.[cm]?ts$/.test(filename) ? 'application/typescript' : 'text/javascript',
    title: filename,
    url: `${fhirUrl}Bot/${bot.id}/$code?version=${version}`,
  };
  await request.repository.updateResource<Bot>({ ...bot, sourceCode: attachment, executableCode: attachment });
  const code = { version, sha256, filename, source, executable };
  await addBotCode(database, owner, code, { author: request.context.author, at: clock() });
  const text = `Deployed version ${version}`;
  return {
    resource: {
      ...outcomeOf([{ severity: 'information', code: 'informational', key: 'bot-deployed', text }]),
      id: 'ok',
    },
  };
}
