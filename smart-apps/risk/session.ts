import type { SmartTokens } from '../client/index.ts';

/** What the app keeps of a launch while its tab is open: never a token, only where it is and whom it is about. */
export interface RiskSession {
  readonly iss: string;
  readonly clientId: string;
  /** Patient in context; without one the app shows the population. */
  readonly patient?: string;
}

const KEY = 'mindbridge-risk-session';

/** Remembers the launch for reloads of this tab. */
export function keepSession(tokens: SmartTokens, storage: Pick<Storage, 'setItem'>): RiskSession {
  const session: RiskSession = { iss: tokens.iss, clientId: tokens.clientId, patient: tokens.patient };
  storage.setItem(KEY, JSON.stringify(session));
  return session;
}

/** The launch of this tab, if there was one. */
export function keptSession(storage: Pick<Storage, 'getItem'>): RiskSession | undefined {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? 'null');
    const record = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
    return typeof record.iss === 'string' && typeof record.clientId === 'string'
      ? {
          iss: record.iss,
          clientId: record.clientId,
          patient: typeof record.patient === 'string' ? record.patient : undefined,
        }
      : undefined;
  } catch {
    return undefined;
  }
}
