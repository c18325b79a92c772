import type { AuthDependencies } from './auth-dependencies.ts';
import { type FactorKind, factorKinds } from './factor.ts';
import { loadMember } from './member.ts';
import { relyingParty } from './relying-party.ts';
import { isStaff, requiresMfa, requiresPasskey } from './require-mfa.ts';
import type { Session } from './session.ts';

/** What a sign-in still lacks of its second factor. */
export interface FactorDemand {
  readonly step: 'prove' | 'enroll';
  readonly methods: readonly FactorKind[];
}

/** The kinds of second factor that this installation can offer. */
export function offeredKinds({ baseUrl }: AuthDependencies): FactorKind[] {
  return relyingParty(baseUrl) ? ['totp', 'passkey'] : ['totp'];
}

/**
 * The second factor a sign-in must show next: one the person has; then, by the project's rules, a passkey, or a first
 * factor to enrol. Undefined when nothing is lacking.
 * @see security.md S60
 */
export async function factorDemand(deps: AuthDependencies, session: Session): Promise<FactorDemand | undefined> {
  const kinds = await factorKinds(deps.database, session.userId);
  if (session.mfaAt === null && kinds.length > 0) {
    return { step: 'prove', methods: kinds };
  }
  const member = session.membership && (await loadMember(deps.database, session.tenant, session.membership));
  if (!member) {
    return undefined;
  }
  const { project, membership } = member;
  if (requiresPasskey(project, membership) && session.mfaMethod !== 'passkey') {
    return { step: kinds.includes('passkey') ? 'prove' : 'enroll', methods: ['passkey'] };
  }
  const mustEnroll = requiresMfa(project) && isStaff(membership.profile.reference) && session.mfaAt === null;
  return mustEnroll ? { step: 'enroll', methods: offeredKinds(deps) } : undefined;
}
