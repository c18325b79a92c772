import type { Database } from '../database/index.ts';
import { loadMember, type Member } from './member.ts';

/** How long a member is believed; together with the authenticator's own time it stays within five seconds. */
const BELIEVED_MS = 1000;
const MAX_ENTRIES = 2000;

/** Loads members, each at most once a second: runs of a bot come in bursts, every one with a token of its own. */
export interface MemberLoader {
  load(tenant: number, membershipId: string): Promise<Member | undefined>;
  /** Forgets a tenant's members, after a change of policies or members. */
  forgetTenant(tenant: number): void;
}

/** Opens a loader. */
export function createMemberLoader(database: Database, clock: () => Date): MemberLoader {
  const known = new Map<string, { readonly member: Promise<Member | undefined>; readonly until: number }>();
  return {
    load(tenant, membershipId) {
      const key = `${tenant} ${membershipId}`;
      const now = clock().getTime();
      const entry = known.get(key);
      if (entry && entry.until > now) {
        return entry.member;
      }
      const member = loadMember(database, tenant, membershipId);
      member.catch(() => known.delete(key));
      if (known.size >= MAX_ENTRIES) {
        known.clear();
      }
      known.set(key, { member, until: now + BELIEVED_MS });
      return member;
    },
    forgetTenant(tenant) {
      for (const key of known.keys()) {
        if (key.startsWith(`${tenant} `)) {
          known.delete(key);
        }
      }
    },
  };
}
