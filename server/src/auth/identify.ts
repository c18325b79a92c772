import { randomUUID } from 'node:crypto';
import type { ClientApplication, User } from '@medplum/fhirtypes';
import { type AccessGrant, intersect, resourceScopes } from '../access/index.ts';
import type { Queryable } from '../database/index.ts';
import { type VerifiedToken, verifyAccessToken } from './access-token.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { boundTo, withinManifest } from './bot-token.ts';
import { clientSecretMatches, isClientOn, isFirstParty } from './client-application.ts';
import { isTokenEnded } from './ended-token.ts';
import { findById, findClient, findMemberships } from './find-resource.ts';
import { isPlatform, type LaunchContext, loadMember, type Member } from './member.ts';
import type { MemberLoader } from './member-loader.ts';
import { purposeOf } from './purpose-of.ts';
import { findSession, isLive, type Session } from './session.ts';
import { countsAsActivity, touchSession } from './session-idle.ts';

/** Who members are and what they may do, both remembered for a moment. */
export interface Members {
  readonly grantOf: (member: Member, launch: LaunchContext) => AccessGrant;
  readonly loader: MemberLoader;
}

interface Token {
  readonly jti: string;
  readonly expiresAt: Date;
  /** The session's scope, or a part of it. */
  readonly scope: string;
}

function stateOf(
  member: Member,
  grant: AccessGrant,
  token: Token,
  details: Partial<AuthState> & { depth?: number },
): AuthState {
  const profileReference = member.membership.profile.reference ?? '';
  const { depth = 0, context: _, ...rest } = details;
  return {
    context: {
      tenant: member.tenant,
      projectId: member.project.id,
      author: profileReference,
      authorDisplay: member.membership.profile.display,
      clientId: details.context?.clientId,
      loginId: details.sessionId,
      purpose: purposeOf(member.membership, member.policies),
      ...(details.context?.run && { run: details.context.run }),
      ...(details.context?.onBehalfOf && { onBehalfOf: details.context.onBehalfOf }),
      ...(details.steppedUpAt && { steppedUpAt: details.steppedUpAt }),
      depth,
    },
    grant,
    project: member.project,
    membership: member.membership,
    profileReference,
    userReference: member.membership.user.reference ?? '',
    scope: '',
    tokenId: token.jti,
    expiresAt: token.expiresAt,
    isProjectAdmin: member.membership.admin === true,
    isSuperAdmin: isPlatform(member),
    policies: member.policies,
    ...rest,
  };
}

/** The client through which a session came, if any; undefined when the account behind it or the client is gone or off. */
export async function standingOf(
  { database }: { readonly database: Queryable },
  session: Session,
): Promise<{ readonly client?: ClientApplication } | undefined> {
  const account =
    session.userType === 'User'
      ? await findById<User>(database, 0, 'User', session.userId)
      : await findById<ClientApplication>(database, session.tenant, 'ClientApplication', session.userId);
  if (!account || !session.clientId) {
    return account && {};
  }
  const { clientTenant, clientId } = session;
  const client = await findById<ClientApplication>(database, clientTenant, 'ClientApplication', clientId);
  return client && isClientOn(client) ? { client } : undefined;
}

/**
 * The member behind a live session, and what the sign-in adds to its rights; undefined when anything it stands on has ended.
 * `scope` is the session's or a part of it.
 */
export async function memberOfSession(
  deps: Pick<AuthDependencies, 'database' | 'baseUrl' | 'clock'>,
  session: Session,
  scope: string,
): Promise<{ readonly member: Member; readonly launch: LaunchContext } | undefined> {
  const standing = isLive(session, deps.clock()) && session.membership ? await standingOf(deps, session) : undefined;
  if (!standing) {
    return undefined;
  }
  const patient = session.patient || undefined;
  const member = await loadMember(deps.database, session.tenant, session.membership, patient);
  const byOthers =
    session.userType === 'User'
      ? standing.client !== undefined && !isFirstParty(standing.client, deps.baseUrl)
      : resourceScopes(scope).length > 0;
  return member && { member, launch: { scope, patient, byOthers } };
}

/** The state of a live session; undefined when anything it stands on has ended. */
export async function identifySession(
  deps: AuthDependencies,
  { grantOf }: Members,
  session: Session,
  token: Token,
): Promise<AuthState | undefined> {
  const found = await memberOfSession(deps, session, token.scope);
  if (!found) {
    return undefined;
  }
  if (countsAsActivity(session, deps.clock())) {
    await touchSession(deps.database, session.id, deps.clock());
  }
  return stateOf(found.member, grantOf(found.member, found.launch), token, {
    sessionId: session.id,
    steppedUpAt: session.stepUpAt ?? undefined,
    scope: token.scope,
    patient: found.launch.patient,
    encounter: session.encounter || undefined,
    context: { clientId: session.clientId || undefined } as AuthState['context'],
  });
}

async function identifyBot(
  database: Queryable,
  { grantOf, loader }: Members,
  token: VerifiedToken,
): Promise<AuthState | undefined> {
  const bot = token.bot as NonNullable<VerifiedToken['bot']>;
  const [member, person, isEnded] = await Promise.all([
    loader.load(bot.tenant, bot.membership),
    bot.runAs ? loader.load(bot.tenant, bot.runAs) : undefined,
    isTokenEnded(database, token.jti),
  ]);
  if (isEnded || !member || (bot.runAs && !person)) {
    return undefined;
  }
  const own = grantOf(bot.subject ? boundTo(member, bot.subject) : member, { scope: '' });
  const both = person ? intersect(own, grantOf(person, { scope: '' })) : own;
  const grant = bot.declared ? withinManifest(both, bot.declared) : both;
  const life = { jti: token.jti, expiresAt: new Date(token.exp * 1000), scope: '' };
  const onBehalfOf = person?.membership.profile.reference;
  return stateOf(member, grant, life, {
    depth: bot.depth,
    isProjectAdmin: false,
    isSuperAdmin: false,
    context: { run: token.jti, ...(onBehalfOf && { onBehalfOf }) } as AuthState['context'],
  });
}

/** Who an access token stands for; undefined when it is not (or no longer) good. */
export async function identifyBearer(
  deps: AuthDependencies,
  members: Members,
  bearer: string,
): Promise<AuthState | undefined> {
  const token = await verifyAccessToken(deps.keys, bearer, { issuer: deps.baseUrl, now: deps.clock() });
  if (!token) {
    return undefined;
  }
  if (token.bot) {
    return identifyBot(deps.database, members, token);
  }
  const session = await findSession(deps.database, token.login_id);
  const { jti, scope } = token;
  return session && identifySession(deps, members, session, { jti, scope, expiresAt: new Date(token.exp * 1000) });
}

/** Who a client is that sends id and secret with every request (MedplumClient's `setBasicAuth`). */
export async function identifyBasic(
  deps: AuthDependencies,
  { grantOf }: Members,
  credentials: string,
): Promise<AuthState | undefined> {
  const text = Buffer.from(credentials, 'base64').toString();
  const [id, secret] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  const client = id && secret ? await findClient(deps.database, id) : undefined;
  if (!client || !clientSecretMatches(client.resource, secret, deps.clock())) {
    return undefined;
  }
  const memberships = await findMemberships(deps.database, `ClientApplication/${client.resource.id}`);
  const own = memberships.find((entry) => entry.tenant === client.tenant);
  const member = own && (await loadMember(deps.database, own.tenant, own.resource.id));
  const life = { jti: randomUUID(), expiresAt: new Date(deps.clock().getTime() + 60_000), scope: '' };
  return (
    member &&
    stateOf(member, grantOf(member, { scope: '' }), life, {
      context: { clientId: client.resource.id } as AuthState['context'],
    })
  );
}
