import { type AuditEntry, patientsOf, type ReadAudit } from './audit/index.ts';
import type { FinishedRun } from './bots/index.ts';
import type { SentNotification } from './subscriptions/index.ts';

const OUTCOME: Readonly<Record<SentNotification['outcome'], AuditEntry['outcome']>> = {
  sent: '0',
  withheld: '4',
  failed: '8',
};

/** Puts every notification on record: which version went where in whose name, and what was withheld. */
export function recordNotifications(audit: ReadAudit): (notification: SentNotification) => void {
  return ({ tenant, author, subscription, number, channel, stored, outcome }) => {
    audit.note(
      { requestId: `${subscription}.${number}`, tenant, projectId: '', author, depth: 0 },
      {
        interaction: 'notification',
        type: stored.type,
        id: stored.id,
        version: stored.version,
        outcome: OUTCOME[outcome],
        entries: outcome === 'withheld' ? 0 : 1,
        patients: patientsOf([stored]),
        detail: { subscription, channel },
      },
    );
  };
}

/** Puts every run of a bot on record: which code on whose behalf, why, about whom, and how it ended. */
export function recordBotRuns(audit: ReadAudit): (run: FinishedRun) => void {
  return ({ tenant, run, bot, codeVersion, cause, requester, input, inputJson, state }) => {
    audit.note(
      { requestId: run, tenant, projectId: '', author: `Bot/${bot}`, onBehalfOf: requester, depth: 0 },
      {
        interaction: 'run',
        type: 'Bot',
        id: bot,
        version: 0,
        outcome: state === 'succeeded' ? '0' : '8',
        entries: 0,
        patients: patientsOf([{ ...inputOf(input), json: inputJson }]),
        detail: { cause, state, code: codeVersion, input },
      },
    );
  };
}

/** Type and id of a run's input, when it is a version of a resource. */
function inputOf(input: string): { type: string; id: string } {
  const [, type = '', id = ''] = /^([A-Z]\w+)\/([A-Za-z0-9\-.]{1,64})\/_history\//.exec(input) ?? [];
  return { type, id };
}
