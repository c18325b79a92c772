import { randomUUID } from 'node:crypto';
import type { Reference } from '@medplum/fhirtypes';
import { MAX_ACCESS_TOKEN_SECONDS, signAccessToken, signIdToken } from './access-token.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { type FhirContextItem, launchParameters } from './launch-context.ts';
import type { Member } from './member.ts';
import type { Session } from './session.ts';
import { launchOf } from './smart-launch.ts';

/** Answer of the token endpoint. @see https://hl7.org/fhir/smart-app-launch/app-launch.html#response-5 */
export interface TokenResponse {
  readonly token_type: 'Bearer';
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly project: Reference;
  readonly profile: Reference;
  readonly patient?: string;
  readonly encounter?: string;
  readonly fhirContext?: readonly FhirContextItem[];
  readonly intent?: string;
  readonly need_patient_banner?: boolean;
  readonly smart_style_url?: string;
  readonly tenant?: string;
}

/** The launch context of a session, as token responses and introspection tell it. */
export async function launchPart(
  deps: AuthDependencies,
  session: Session,
  member: Pick<Member, 'project'>,
): Promise<Partial<TokenResponse>> {
  if (session.launch === '' && session.patient === '') {
    return {};
  }
  const launch = await launchOf(deps.database, session);
  return {
    ...(session.patient && { patient: session.patient }),
    ...(session.encounter && { encounter: session.encounter }),
    ...(launch ? launchParameters(launch) : { need_patient_banner: session.launch === '' }),
    smart_style_url: `${deps.baseUrl}/.well-known/smart-style.json`,
    tenant: member.project.id,
  };
}

async function idToken(deps: AuthDependencies, session: Session, member: Member, seconds: number): Promise<string> {
  const fhirUser = `${deps.baseUrl}/fhir/R4/${member.membership.profile.reference}`;
  return signIdToken(
    deps.keys,
    {
      sub: session.userId,
      aud: session.clientId || deps.baseUrl,
      ...(session.nonce && { nonce: session.nonce }),
      fhirUser,
      profile: fhirUser,
      auth_time: Math.floor(session.authTime.getTime() / 1000),
      sid: session.id,
    },
    { issuer: deps.baseUrl, now: deps.clock(), seconds },
  );
}

/** Issues the tokens of a session; the scope is the session's or a part of it. */
export async function tokenResponse(
  deps: AuthDependencies,
  session: Session,
  member: Member,
  options: { readonly refreshToken?: string; readonly seconds?: number } = {},
): Promise<TokenResponse> {
  const now = deps.clock();
  const left = Math.floor((session.expiresAt.getTime() - now.getTime()) / 1000);
  const seconds = Math.max(1, Math.min(options.seconds ?? MAX_ACCESS_TOKEN_SECONDS, left));
  const profile = member.membership.profile;
  const accessToken = await signAccessToken(
    deps.keys,
    {
      sub: session.userId,
      login_id: session.id,
      scope: session.scope,
      profile: profile.reference ?? '',
      jti: randomUUID(),
      ...(session.clientId && { client_id: session.clientId }),
    },
    { issuer: deps.baseUrl, now, seconds },
  );
  const isOpenId = session.userType === 'User' && session.scope.split(' ').includes('openid');
  return {
    token_type: 'Bearer',
    access_token: accessToken,
    expires_in: seconds,
    scope: session.scope,
    ...(options.refreshToken && { refresh_token: options.refreshToken }),
    ...(isOpenId && { id_token: await idToken(deps, session, member, seconds) }),
    project: { reference: `Project/${member.project.id}`, display: member.project.name },
    profile: { reference: profile.reference, display: profile.display },
    ...(await launchPart(deps, session, member)),
  };
}
