import type { BotCode } from './bot-code.ts';
import type { BotTask } from './bot-task.ts';
import { moduleKind } from './module-kind.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

/** The event of a run as its handler gets it, but for the secrets of the project. */
export function eventOf(task: BotTask): string {
  const head = JSON.stringify({
    bot: { reference: `Bot/${task.bot}` },
    contentType: task.contentType,
    traceId: task.traceId,
    requester: { reference: task.requester },
    headers: {
      ...task.headers,
      'X-Idempotency-Key': task.idempotencyKey,
      'x-idempotency-key': task.idempotencyKey,
    },
  });
  return `${head.slice(0, -1)},"input":${task.inputJson}}`;
}

/** An event with the secrets of the project, which no record holds. */
export function withSecrets(event: string, secrets: object): string {
  return `{"secrets":${JSON.stringify(secrets)},${event.slice(1)}`;
}

/** The code of a run, as the pool takes it. */
export function codeToRun(code: BotCode) {
  return {
    codeHash: code.sha256,
    code: code.executable,
    moduleKind: moduleKind(code.filename, code.executable),
  };
}

/** An outcome whose log and error show no secret of the project. Shorter values are not secrets that could be told apart. */
export function masked(outcome: RunOutcome, secrets: readonly (string | undefined)[]): RunOutcome {
  const long = secrets.filter((secret) => secret !== undefined && secret.length >= 6) as string[];
  const hide = (text: string): string => long.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text);
  return { ...outcome, log: hide(outcome.log), ...(outcome.error !== undefined && { error: hide(outcome.error) }) };
}
