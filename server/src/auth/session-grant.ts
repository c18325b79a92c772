import type { AccessGrant } from '../access/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { believed } from './believed.ts';
import { memberOfSession } from './identify.ts';
import { createGrants } from './member.ts';
import { findSession } from './session.ts';

/** What may be done in a session right now, by its scopes too, and the app that holds it; undefined when it is over. */
export type SessionGrant = (
  sessionId: string,
) => Promise<{ readonly grant: AccessGrant; readonly app?: string } | undefined>;

/**
 * Looks up what an app or a page sees that is told of changes for longer than a request takes.
 * @see security.md S8, S30
 */
export function createSessionGrant(deps: Pick<AuthDependencies, 'database' | 'baseUrl' | 'clock'>): SessionGrant {
  const grantOf = createGrants();
  const remembered = believed<Awaited<ReturnType<SessionGrant>>>(deps.clock);

  async function load(id: string): ReturnType<SessionGrant> {
    const session = await findSession(deps.database, id);
    const found = session && (await memberOfSession(deps, session, session.scope));
    const app = session?.clientId && `ClientApplication/${session.clientId}`;
    return found && { grant: grantOf(found.member, found.launch), ...(app && { app }) };
  }

  return (id) => remembered(id, () => load(id));
}
