import type { WithId } from '@medplum/core';
import type { Project, ProjectMembership } from '@medplum/fhirtypes';
import type { AccessGrant, PolicyInput } from '../access/index.ts';
import type { RequestContext } from '../fhir/index.ts';

/** Who asks and what they may do, as far as it is known from their credentials. */
export interface AuthState {
  /** The request context but for the id of the request, which the http room adds. */
  readonly context: Omit<RequestContext, 'requestId'>;
  readonly grant: AccessGrant;
  readonly project: WithId<Project>;
  readonly membership: WithId<ProjectMembership>;
  /** Such as `Practitioner/123`, `ClientApplication/9` or `Bot/7`. */
  readonly profileReference: string;
  /** `User/…`, `ClientApplication/…` or `Bot/…`. */
  readonly userReference: string;
  readonly scope: string;
  /** Patient in context of a SMART launch. */
  readonly patient?: string;
  readonly encounter?: string;
  /** `jti` of the access token. */
  readonly tokenId: string;
  /** Session that the token belongs to; absent for bots and Basic authentication. */
  readonly sessionId?: string;
  /** When the person last proved to be there (`POST auth/step-up`); ask `isSteppedUp`. */
  readonly steppedUpAt?: Date;
  /** End of the token's life. */
  readonly expiresAt: Date;
  readonly isProjectAdmin: boolean;
  readonly isSuperAdmin: boolean;
  /** The policies behind the grant, for `auth/me` and `$explain-access`. */
  readonly policies: readonly PolicyInput[];
}
