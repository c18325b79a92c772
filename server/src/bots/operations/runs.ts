import type { Parameters } from '@medplum/fhirtypes';
import { z } from 'zod';
import { invalid } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { BotToken } from '../bot-token.ts';
import { type BotRunRow, databaseTime, listRuns, type RunFilter } from '../list-runs.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';
import { assertMayUpdateBots, updatableBot } from './may-update-bots.ts';
import { runParts } from './run-parts.ts';

/** A change may be committed this long in ms after its time: the next question reaches back so far. */
const OVERLAP_MS = 2000;

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const cursorSchema = z.tuple([instant, z.uuid()]).transform(([startedAt, run]) => ({ startedAt, run }));

const querySchema = z.object({
  bot: z.string().max(64).optional(),
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(['running', 'succeeded', 'failed', 'timeout', 'memory', 'output', 'lost'])))
    .optional(),
  cause: z.enum(['subscription', 'execute', 'cron']).optional(),
  _count: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z
    .string()
    .transform((text) => text.split(' '))
    .pipe(cursorSchema)
    .optional(),
  _since: instant.optional(),
});

/**
 * `Bot/$runs` and `Bot/:id/$runs`: executions, the newest first, with a cursor to older ones and an instant from which to ask for
 * changes. For those who may update the Bot.
 */
export async function runs<T extends BotToken>(
  { database }: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const bot = request.id === undefined ? undefined : (await updatableBot(request, 'see the runs')).id;
  assertMayUpdateBots(request, 'see the runs');
  const query = querySchema.safeParse(Object.fromEntries(request.query));
  if (!query.success) {
    throw invalid(
      'runs-query',
      `$runs does not understand the parameter ${query.error.issues[0]?.path[0]?.toString()}`,
    );
  }
  const { state, cause, _count: count, cursor, _since } = query.data;
  const filter: RunFilter = {
    tenant: request.context.tenant,
    bot: bot ?? query.data.bot,
    states: state,
    cause,
    since: _since,
    before: cursor,
    limit: count + 1,
  };
  const now = await databaseTime(database);
  const found = await listRuns(database, filter);
  return { resource: page(found.slice(0, count), found.length > count, now), headers: { 'cache-control': 'no-store' } };
}

function page(runs: readonly BotRunRow[], more: boolean, now: Date): Parameters {
  const last = runs.at(-1);
  return {
    resourceType: 'Parameters',
    parameter: [
      ...runs.map((run) => ({ name: 'run', part: runParts(run) })),
      { name: 'since', valueInstant: new Date(now.getTime() - OVERLAP_MS).toISOString() },
      ...(more && last ? [{ name: 'next', valueString: `${last.started_at.toISOString()} ${last.run}` }] : []),
    ],
  };
}
