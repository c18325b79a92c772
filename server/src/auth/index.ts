/**
 * Who asks: OAuth 2, OpenID Connect, SMART and Medplum's sign-in endpoints.
 * Invariants: only S256; a code and a refresh token are used once; what a token stands for is looked at again within
 * five seconds; a refusal never tells whether an account exists; nothing here logs a secret.
 */
export { ADMIN_USAGE, type PasswordSources, readAdminCommand } from './admin-command.ts';
export type { AuthDependencies, FirstPartyApp, Mail, SystemRepository } from './auth-dependencies.ts';
export type { AuthEvent } from './auth-event.ts';
export type { AuthState } from './auth-state.ts';
export type { CredentialCarrier } from './authenticate.ts';
export type { BotToken, BotTokenRequest } from './bot-token.ts';
export { type Auth, type AuthDoor, createAuth } from './create-auth.ts';
export { createSuperAdmin, ensureDemoSuperAdmin, ensurePlatform, type SuperAdmin } from './platform.ts';
export { createProfileGrant, type ProfileGrant } from './profile-grant.ts';
export { purgeSessions } from './purge-sessions.ts';
export { moveSecretsToVault, resealSecrets } from './reseal-secrets.ts';
export { asksSecondApprover, SECOND_APPROVER } from './second-approval.ts';
export { isSessionLive } from './session-alive.ts';
export { createSessionGrant, type SessionGrant } from './session-grant.ts';
export { followSigningKeys, rotateSigningKeys, type SigningKeys } from './signing-keys.ts';
export { isSteppedUp, requireRecentStepUp, requireStepUpOf, STEP_UP_MS } from './step-up.ts';
