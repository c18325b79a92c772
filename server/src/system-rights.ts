import { randomUUID } from 'node:crypto';
import type { AccessGrant } from './access/index.ts';
import type { RequestContext } from './fhir/index.ts';
import { PLATFORM } from './tenancy/index.ts';

/** The author of what the server does by itself. */
export const SYSTEM_AUTHOR = 'system';

/** The grant that sees and may do everything within one tenant. It is made here and nowhere else. */
export function systemGrant(tenant: number): AccessGrant {
  return { tenant, ruleSets: [], system: true, extendedMode: true };
}

/** A request of the server's own. */
export function systemContext(tenant: number): RequestContext {
  return { requestId: randomUUID(), tenant, projectId: PLATFORM.projectId, author: SYSTEM_AUTHOR, depth: 0 };
}
