import { createHash, randomUUID } from 'node:crypto';
import type { ProjectSetting } from '@medplum/fhirtypes';
import { z } from 'zod';
import type { Database } from '../database/index.ts';
import { conflict, forbidden, invalid, type RequestContext } from '../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../repository/index.ts';
import { type ClaudeSettings, createAskClaude, type ModelQuestion } from './ask-claude.ts';
import { recordModelCall, tokensUsed } from './model-call.ts';
import { assertOn, modelPolicy } from './model-policy.ts';
import { costOf, type ModelPrice } from './model-price.ts';
import type { ModelReply } from './model-reply.ts';
import { assertManifest, promptManifestSchema } from './prompt-manifest.ts';

export interface ModelGatewayOptions {
  readonly database: Database;
  /** Absent without a key: the operation then answers 409 `no-model`, and bots use their embedded engines. */
  readonly claude?: ClaudeSettings;
  /** Tokens that one tenant may use per day (UTC) where its Project says nothing; default 2,000,000. */
  readonly dailyTokens?: number;
  /** The settings of the caller's Project. */
  readonly settingsOf: (context: RequestContext) => Promise<readonly ProjectSetting[]>;
  /** Is this version of a prompt one that the clinic uses? */
  readonly isPromptInUse: (context: RequestContext, id: string, version: string) => Promise<boolean>;
  /** Versions that the caller's run has read: what is on record of a prompt that is said to show nothing. */
  readonly readsOf: (context: RequestContext) => Promise<readonly string[]>;
  readonly clock: () => Date;
}

const bodySchema = z.strictObject({
  system: z.union([z.string(), z.array(z.string()).transform((lines) => lines.join('\n'))]),
  messages: z
    .array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string().min(1) }))
    .min(1)
    .max(50),
  schema: z.record(z.string(), z.unknown()).optional(),
  maxTokens: z.int().min(1).max(16_000).default(2000),
  purpose: z.string().min(1).max(100),
  promptId: z.string().min(1).max(100),
  promptVersion: z.string().min(1).max(40),
  manifest: promptManifestSchema,
});
type Body = z.output<typeof bodySchema>;

/**
 * `Bot/$model`: the model gateway. Bots hold no key: they send `{system, messages, schema?, maxTokens?, purpose, promptId,
 * promptVersion, manifest}` and get `{kind, value, model, stopReason, providerId, usage}`. Every call is within what the
 * clinic switched on, counted against its budget, and recorded without its text but with what the prompt showed.
 */
export function modelOperations(options: ModelGatewayOptions): Operation[] {
  const ask = options.claude && createAskClaude(options.claude);
  return [
    {
      name: '$model',
      level: 'type',
      types: ['Bot'],
      methods: ['POST'],
      definition: 'https://mindbridge.health/fhir/OperationDefinition/Bot-model',
      async handle(request) {
        if (!request.context.author.startsWith('Bot/')) {
          throw forbidden('model-bots-only', 'Only bots may call the model gateway');
        }
        if (ask === undefined || options.claude === undefined) {
          throw conflict(
            'no-model',
            'No model is configured: set ANTHROPIC_API_KEY and BAA_PROVIDERS, or use the embedded engine',
          );
        }
        const body = parseBody(request.body);
        const policy = modelPolicy(await options.settingsOf(request.context));
        assertOn(policy, body.purpose);
        if (!(await options.isPromptInUse(request.context, body.promptId, body.promptVersion))) {
          throw conflict('no-model', 'This version of the prompt is not in use in the clinic');
        }
        await assertManifest(request, body.manifest);
        const asking = { ...options, ...(policy.dailyTokens !== undefined && { dailyTokens: policy.dailyTokens }) };
        const { model, price } = options.claude;
        const reply = await askWithinBudget(asking, { model, ask, ...(price && { price }) }, request, body);
        return answer(reply, body);
      },
    },
  ];
}

function parseBody(body: unknown): Body {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(
      'model-body',
      `Cannot ask the model: ${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'malformed'}`,
    );
  }
  return parsed.data;
}

interface AskedModel {
  readonly model: string;
  readonly ask: (question: ModelQuestion) => Promise<ModelReply>;
  readonly price?: ModelPrice;
}

async function askWithinBudget(
  { database, dailyTokens = 2_000_000, clock, readsOf }: ModelGatewayOptions,
  { model, ask, price }: AskedModel,
  request: OperationRequest,
  body: Body,
): Promise<ModelReply> {
  const startedAt = clock();
  const start = performance.now();
  const { tenant, author, run } = request.context;
  const today = new Date(startedAt.toISOString().slice(0, 10));
  const used = await tokensUsed(database, tenant, today);
  const reads = body.manifest.length > 0 ? [] : await readsOf(request.context);
  const manifest = body.manifest.length > 0 ? body.manifest : reads.map((reference) => ({ reference }));
  const reply: ModelReply =
    used >= dailyTokens ? { kind: 'over-budget', model, usage: { inputTokens: 0, outputTokens: 0 } } : await ask(body);
  await recordModelCall(database, {
    tenant,
    call: randomUUID(),
    requester: author,
    run,
    purpose: body.purpose,
    promptId: body.promptId,
    promptVersion: body.promptVersion,
    promptSha256: createHash('sha256')
      .update(JSON.stringify([body.system, body.messages, body.schema ?? null]))
      .digest('hex'),
    modelAsked: model,
    modelReturned: reply.model,
    providerId: reply.providerId,
    stopReason: reply.stopReason,
    inputTokens: reply.usage.inputTokens,
    outputTokens: reply.usage.outputTokens,
    outcome: reply.kind,
    costUsd: costOf(reply.usage, price),
    parameters: { maxTokens: body.maxTokens, structured: body.schema !== undefined },
    retries: reply.retries ?? 0,
    startedAt,
    durationMs: performance.now() - start,
    manifest,
  });
  return reply;
}

function answer(reply: ModelReply, { purpose, promptId, promptVersion }: Body): OperationResponse {
  return {
    raw: { contentType: 'application/json; charset=utf-8', body: JSON.stringify(reply) },
    audited: { purpose, prompt: `${promptId}/${promptVersion}`, model: reply.model, kind: reply.kind },
  };
}
