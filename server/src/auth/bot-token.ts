import type { AccessGrant, AccessInteraction, AccessRule, RuleSet } from '../access/index.ts';
import { type BotSubject, type DeclaredTypes, signAccessToken } from './access-token.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { Member } from './member.ts';
import type { MemberLoader } from './member-loader.ts';

/** Longest life of a bot's token in seconds. */
export const MAX_BOT_TOKEN_SECONDS = 300;

/** One run of a bot. */
export interface BotTokenRequest {
  readonly tenant: number;
  /** Id of the run, which becomes that of the token. */
  readonly run: string;
  /** Id of the bot's ProjectMembership. */
  readonly botMembership: string;
  /** Id of the ProjectMembership whose rights also apply (`Bot.runAsUser`). */
  readonly runAs?: string;
  /** How many bots stand behind what this run writes. */
  readonly depth: number;
  readonly ttlSeconds: number;
  /** What the bot's manifest declares; the run may touch nothing else. */
  readonly declared?: DeclaredTypes;
  /** Whom the run is about. */
  readonly subject?: BotSubject;
}

/** A bot's access token, and its id for the end of the run. */
export interface BotToken {
  readonly accessToken: string;
  readonly tokenId: string;
  readonly expiresAt: Date;
}

/**
 * Issues the token of one run. Its rights are the bot's policy, and those of `runAs` too where it is given.
 * @throws Error when the membership is not there or disabled.
 */
export async function issueBotToken(
  deps: AuthDependencies,
  members: MemberLoader,
  request: BotTokenRequest,
): Promise<BotToken> {
  const member = await members.load(request.tenant, request.botMembership);
  if (!member) {
    throw new Error('The bot has no active membership in its project.');
  }
  const tokenId = request.run;
  const seconds = Math.min(request.ttlSeconds, MAX_BOT_TOKEN_SECONDS);
  const now = deps.clock();
  const accessToken = await signAccessToken(
    deps.keys,
    {
      sub: member.membership.user.reference?.split('/')[1] ?? '',
      login_id: tokenId,
      scope: '',
      profile: member.membership.profile.reference ?? '',
      jti: tokenId,
      bot: {
        tenant: request.tenant,
        membership: request.botMembership,
        ...(request.runAs && { runAs: request.runAs }),
        depth: request.depth,
        ...(request.declared && { declared: request.declared }),
        ...(request.subject && { subject: request.subject }),
      },
    },
    { issuer: deps.baseUrl, now, seconds },
  );
  return { accessToken, tokenId, expiresAt: new Date(now.getTime() + seconds * 1000) };
}

/** A bot's member for one run: `%patient`, `%patients` and `%encounter` of its policies are those of the run. */
export function boundTo(member: Member, subject: BotSubject): Member {
  const policies = member.policies.map((input) => ({ ...input, parameters: { ...input.parameters, ...subject } }));
  return { ...member, policies, fingerprint: `${member.fingerprint} ${subject.patients} ${subject.encounter}` };
}

const READS: readonly AccessInteraction[] = ['read', 'vread', 'history', 'search'];
const WRITES: readonly AccessInteraction[] = ['create', 'update', 'delete'];

const limited = new WeakMap<AccessGrant, Map<string, AccessGrant>>();

/** A grant within what a bot's manifest declares. The same two give the same object, so that what is derived from it can be kept. */
export function withinManifest(grant: AccessGrant, declared: DeclaredTypes): AccessGrant {
  const known = limited.get(grant) ?? new Map<string, AccessGrant>();
  limited.set(grant, known);
  const key = JSON.stringify(declared);
  const found = known.get(key) ?? { ...grant, ruleSets: [...grant.ruleSets, manifestRules(declared)] };
  known.set(key, found);
  return found;
}

/** The manifest of a bot as one more source of authority: what it does not declare, it may not do, whatever its policy says. */
function manifestRules(declared: DeclaredTypes): RuleSet {
  const rule = (resourceType: string, interaction: AccessInteraction): AccessRule => ({
    resourceType,
    interactions: new Set([interaction]),
    hiddenFields: [],
    readonlyFields: [],
    writeConstraints: [],
  });
  return {
    source: 'manifest',
    rulesFor(resourceType, interaction) {
      const { reads, writes } = declared;
      const permitted =
        (READS.includes(interaction) && reads.includes(resourceType)) ||
        (WRITES.includes(interaction) && writes.includes(resourceType));
      return permitted ? [rule(resourceType, interaction)] : [];
    },
  };
}
