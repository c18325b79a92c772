import type { SmartTokens } from '../../client/index.ts';

/** What an app keeps of a launch while its tab is open: never a token, only where it is and whom it is about. */
export interface LaunchSession {
  readonly iss: string;
  readonly clientId: string;
  /** Patient in context; without one the app shows what the person may see. */
  readonly patient?: string;
  /** Visit in context. */
  readonly encounter?: string;
}

const sessionKey = (app: string): string => `mindbridge-${app}-session`;

/** Remembers the launch for reloads of this tab. */
export function keepSession(app: string, tokens: SmartTokens, storage: Pick<Storage, 'setItem'>): LaunchSession {
  const { iss, clientId, patient, encounter } = tokens;
  const session: LaunchSession = { iss, clientId, patient, encounter };
  storage.setItem(sessionKey(app), JSON.stringify(session));
  return session;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The launch of this tab, if there was one. */
export function keptSession(app: string, storage: Pick<Storage, 'getItem'>): LaunchSession | undefined {
  try {
    const value: unknown = JSON.parse(storage.getItem(sessionKey(app)) ?? 'null');
    const record = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
    const [iss, clientId] = [text(record.iss), text(record.clientId)];
    return iss && clientId
      ? { iss, clientId, patient: text(record.patient), encounter: text(record.encounter) }
      : undefined;
  } catch {
    return undefined;
  }
}
