import type { Resource, User, UserConfiguration } from '@medplum/fhirtypes';
import { mergedPolicy } from '../access/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { clinicTimeZone } from './clinic-time-zone.ts';
import { hasFactor } from './factor.ts';
import { findByReference } from './find-resource.ts';
import { isOwnSession } from './own-account.ts';
import { REQUIRE_MFA, requiresMfa } from './require-mfa.ts';
import { asksSecondApprover, SECOND_APPROVER } from './second-approval.ts';
import { sessionsOf } from './session.ts';
import { openAddress } from './session-address.ts';

/** The person behind the token, without secrets. */
async function userOf(deps: AuthDependencies, state: AuthState): Promise<Partial<User> | undefined> {
  if (!state.userReference.startsWith('User/')) {
    return undefined;
  }
  const user = await findByReference<User>(deps.database, 0, state.userReference);
  return (
    user && { resourceType: 'User', id: user.id, email: user.email, firstName: user.firstName, lastName: user.lastName }
  );
}

async function configurationOf(deps: AuthDependencies, state: AuthState): Promise<UserConfiguration> {
  const reference = state.membership.userConfiguration?.reference;
  const own = await findByReference<UserConfiguration>(deps.database, state.context.tenant, reference);
  return own ?? { resourceType: 'UserConfiguration', menu: [] };
}

/** The person's factors and sessions; an app of others learns nothing of them. */
async function securityOf(deps: AuthDependencies, state: AuthState): Promise<unknown> {
  if (!(await isOwnSession(deps, state))) {
    return undefined;
  }
  const sessions = await sessionsOf(deps.database, state.userReference.slice('User/'.length), deps.clock());
  return {
    mfaEnrolled: await hasFactor(deps.database, state.userReference.slice('User/'.length)),
    sessions: await Promise.all(
      sessions.map(async (session) => ({
        id: session.id,
        lastUpdated: session.lastSeenAt.toISOString(),
        authMethod: session.authMethod,
        remoteAddress: await openAddress(deps, session),
        current: session.id === state.sessionId,
      })),
    ),
  };
}

/** `GET auth/me`: what MedplumClient knows about the session. Other settings and all secrets of the project stay here. */
export async function sessionDetails(deps: AuthDependencies, state: AuthState): Promise<unknown> {
  const { id, name, strictMode, superAdmin, features, checkReferencesOnWrite, meta } = state.project;
  const timeZone = clinicTimeZone(state.project);
  const [user, profile, config, security] = await Promise.all([
    userOf(deps, state),
    findByReference<Resource>(deps.database, state.context.tenant, state.profileReference),
    configurationOf(deps, state),
    securityOf(deps, state),
  ]);
  return {
    user,
    project: {
      resourceType: 'Project',
      id,
      meta,
      name,
      strictMode,
      superAdmin,
      features,
      checkReferencesOnWrite,
      setting: [
        { name: REQUIRE_MFA, valueBoolean: requiresMfa(state.project) },
        { name: SECOND_APPROVER, valueBoolean: asksSecondApprover(state.project) },
        ...(timeZone ? [{ name: 'timeZone', valueString: timeZone }] : []),
      ],
    },
    membership: state.membership,
    profile: withoutSecrets(profile),
    config,
    accessPolicy: mergedPolicy(state.policies),
    security,
  };
}

function withoutSecrets(profile: Resource | undefined): Resource | undefined {
  if (profile?.resourceType !== 'ClientApplication') {
    return profile;
  }
  const { secret: _, retiringSecret: __, ...rest } = profile;
  return rest;
}
