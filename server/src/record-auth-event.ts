import { randomUUID } from 'node:crypto';
import type { AuditEntry, ReadAudit } from './audit/index.ts';
import type { AuthEvent } from './auth/index.ts';
import { type Database, sql } from './database/index.ts';
import type { RequestContext } from './fhir/index.ts';

/** What the audit calls an event of the auth room, and how it ended; what is not here shows in the log only. */
const RECORDED: Partial<Record<AuthEvent['event'], Pick<AuditEntry, 'interaction' | 'outcome'>>> = {
  'auth.signed-in': { interaction: 'login', outcome: '0' },
  'auth.sign-in-refused': { interaction: 'login', outcome: '4' },
  'auth.new-place': { interaction: 'login-new-place', outcome: '0' },
  'auth.token-issued': { interaction: 'token', outcome: '0' },
  'auth.client-refused': { interaction: 'token', outcome: '4' },
  'auth.code-reused': { interaction: 'token', outcome: '4' },
  'auth.refresh-reused': { interaction: 'token', outcome: '4' },
  'auth.session-ended': { interaction: 'logout', outcome: '0' },
  'auth.app-consented': { interaction: 'app-consent', outcome: '0' },
  'auth.administered': { interaction: 'administered', outcome: '0' },
  'auth.stepped-up': { interaction: 'step-up', outcome: '0' },
  'auth.factor-enrolled': { interaction: 'factor-enrolled', outcome: '0' },
  'auth.factor-removed': { interaction: 'factor-removed', outcome: '0' },
  'auth.password-changed': { interaction: 'password-changed', outcome: '0' },
  'auth.settings-changed': { interaction: 'settings-changed', outcome: '0' },
  'auth.app-state-written': { interaction: 'app-state', outcome: '0' },
  'auth.member-invited': { interaction: 'member-invited', outcome: '0' },
  'auth.project-created': { interaction: 'project-created', outcome: '0' },
  'auth.client-registered': { interaction: 'client-registered', outcome: '0' },
};

interface SessionRow {
  readonly tenant: number;
  readonly user_type: string;
  readonly user_id: string;
  readonly client_id: string;
  readonly patient: string;
}

/** Who stands behind an event: the account of its session, when it has one. */
async function contextOf(
  database: Database,
  event: AuthEvent,
): Promise<{ readonly context: RequestContext; readonly patient: string }> {
  const session = 'session' in event ? event.session : undefined;
  const [row] = session
    ? await database.query<SessionRow>(
        sql`SELECT tenant, user_type, user_id, client_id, patient FROM session WHERE id = ${session}`,
      )
    : [];
  const named = 'author' in event ? event.author : 'user' in event ? `User/${event.user}` : '';
  const author = row ? `${row.user_type}/${row.user_id}` : named;
  const clientId = row?.client_id || ('client' in event ? event.client : undefined);
  const context = {
    requestId: randomUUID(),
    tenant: 'tenant' in event ? event.tenant : (row?.tenant ?? 0),
    projectId: '',
    author,
    ...(clientId && { clientId }),
    ...(session && { loginId: session }),
    depth: 0,
  };
  return { context, patient: row?.patient ?? '' };
}

/** Puts events of signing in, of tokens and of sessions on record, without holding them up. */
export function recordAuthEvent(
  database: Database,
  audit: ReadAudit,
  failed: (error: unknown) => void,
): (event: AuthEvent) => void {
  return (event) => {
    const recorded = RECORDED[event.event];
    if (!recorded) {
      return;
    }
    const why = 'reason' in event ? event.reason : 'method' in event ? event.method : undefined;
    const how = why ?? ('grant' in event ? event.grant : undefined);
    const entry = { ...recorded, type: '', id: '', version: 0, entries: 0, ...(how && { detail: { how } }) };
    contextOf(database, event).then(
      ({ context, patient }) => audit.note(context, patient === '' ? entry : { ...entry, patients: [patient] }),
      failed,
    );
  };
}
