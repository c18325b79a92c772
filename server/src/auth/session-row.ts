import { sql } from '../database/index.ts';

/** One sign-in, from the first factor to the last token. Medplum calls it Login. */
export interface Session {
  readonly id: string;
  /** 0 until a membership is chosen. */
  readonly tenant: number;
  readonly userType: 'User' | 'ClientApplication';
  readonly userId: string;
  /** Id of the ProjectMembership; empty until it is chosen. */
  readonly membership: string;
  /** The only tenant this sign-in leads to; 0 = any of the person's. */
  readonly homeTenant: number;
  /** Empty for the server's own sign-in. */
  readonly clientId: string;
  readonly clientTenant: number;
  readonly authMethod: string;
  readonly authTime: Date;
  readonly scope: string;
  readonly nonce: string;
  readonly codeChallenge: string;
  readonly redirectUri: string;
  readonly launch: string;
  readonly patient: string;
  readonly encounter: string;
  readonly consentNeeded: boolean;
  readonly codeExpiresAt: Date | null;
  readonly codeUsedAt: Date | null;
  /** Sealed: see session-address.ts. */
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** Does the app report a person's activity (`POST auth/activity`)? Then requests are none. */
  readonly reportsActivity: boolean;
  /** When a second factor was proven in this session. */
  readonly mfaAt: Date | null;
  /** How; empty before. */
  readonly mfaMethod: '' | 'totp' | 'passkey' | 'external';
  /** When the person last proved to be there (`POST auth/step-up`). */
  readonly stepUpAt: Date | null;
}

/** What a new session starts with. */
export type NewSession = Pick<Session, 'userType' | 'userId' | 'authMethod' | 'scope' | 'expiresAt'> &
  Partial<
    Pick<
      Session,
      | 'tenant'
      | 'membership'
      | 'clientId'
      | 'clientTenant'
      | 'nonce'
      | 'codeChallenge'
      | 'redirectUri'
      | 'launch'
      | 'consentNeeded'
      | 'address'
      | 'userAgent'
      | 'authTime'
      | 'mfaAt'
      | 'mfaMethod'
      | 'homeTenant'
    >
  >;

/** A session as its row. */
export interface SessionRow {
  readonly id: string;
  readonly tenant: number;
  readonly user_type: Session['userType'];
  readonly user_id: string;
  readonly membership: string;
  readonly client_id: string;
  readonly client_tenant: number;
  readonly auth_method: string;
  readonly auth_time: Date;
  readonly scope: string;
  readonly nonce: string;
  readonly code_challenge: string;
  readonly redirect_uri: string;
  readonly launch: string;
  readonly patient: string;
  readonly encounter: string;
  readonly consent_needed: boolean;
  readonly code_expires_at: Date | null;
  readonly code_used_at: Date | null;
  readonly address: string;
  readonly user_agent: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly reports_activity: boolean;
  readonly mfa_at: Date | null;
  readonly mfa_method: Session['mfaMethod'];
  readonly home_tenant: number;
  readonly step_up_at: Date | null;
}

/** The columns of a row. */
export const COLUMNS = sql`id, tenant, user_type, user_id, membership, client_id, client_tenant, auth_method, auth_time, scope, nonce,
  code_challenge, redirect_uri, launch, patient, encounter, consent_needed, code_expires_at, code_used_at, address,
  user_agent, created_at, last_seen_at, expires_at, revoked_at, reports_activity, mfa_at, mfa_method, step_up_at, home_tenant`;

/** A row as a session. */
export function sessionOf(row: SessionRow): Session {
  return {
    id: row.id,
    tenant: row.tenant,
    userType: row.user_type,
    userId: row.user_id,
    membership: row.membership,
    clientId: row.client_id,
    clientTenant: row.client_tenant,
    authMethod: row.auth_method,
    authTime: row.auth_time,
    scope: row.scope,
    nonce: row.nonce,
    codeChallenge: row.code_challenge,
    redirectUri: row.redirect_uri,
    launch: row.launch,
    patient: row.patient,
    encounter: row.encounter,
    consentNeeded: row.consent_needed,
    codeExpiresAt: row.code_expires_at,
    codeUsedAt: row.code_used_at,
    address: row.address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    reportsActivity: row.reports_activity,
    mfaAt: row.mfa_at,
    mfaMethod: row.mfa_method,
    homeTenant: row.home_tenant,
    stepUpAt: row.step_up_at,
  };
}
