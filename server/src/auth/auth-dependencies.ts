import type { FhirRepository } from '@medplum/fhir-router';
import type { Resource } from '@medplum/fhirtypes';
import type { AccessGrant } from '../access/index.ts';
import type { Database } from '../database/index.ts';
import type { RequestContext } from '../fhir/index.ts';
import type { GuardedClient } from '../outbound/index.ts';
import type { Tenants } from '../tenancy/index.ts';
import type { SealedSecrets } from '../vault/index.ts';
import type { AuthEvent } from './auth-event.ts';
import type { AuthState } from './auth-state.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What this room writes resources with: the repository of one tenant, acting as the system. */
export type SystemRepository = Pick<
  FhirRepository,
  'createResource' | 'updateResource' | 'readResource' | 'deleteResource'
>;

/** A message to one person. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** A SMART app that this server itself serves. */
export interface FirstPartyApp {
  readonly name: string;
  /** Where it lives, such as `/apps/risk/`: its launch and redirect address. */
  readonly path: string;
}

/** Asked before an admin changes who may do what. */
export interface SecondApproval {
  /** Would a change by this person have to wait for another admin? */
  isNeeded(who: AuthState['context']): Promise<boolean>;
  /** Has a change made once another admin agrees to it. */
  wait(who: AuthState['context'], before: Resource, after: Resource): Promise<void>;
  /** @throws FhirError 202 when the change waits for another admin now, 403 without a fresh proof that it is her. */
  consider(who: AuthState['context'], before: Resource, after: Resource): Promise<void>;
}

/** Everything the auth room is handed by the composition root. */
export interface AuthDependencies {
  readonly database: Database;
  readonly tenants: Tenants;
  readonly systemRepository: (tenant: number) => SystemRepository;
  /** The records as somebody with this grant sees them; for the choice of a patient at sign-in, and launches. */
  readonly repositoryFor?: (
    context: RequestContext,
    grant: AccessGrant,
  ) => Pick<FhirRepository, 'searchResources' | 'readResource' | 'createResource'>;
  /** Public origin without trailing slash, such as `https://clinic.example`; also the issuer of tokens. */
  readonly baseUrl: string;
  readonly keys: SigningKeys;
  /** Seals second factors, secrets of identity providers, and app state. */
  readonly secrets: SealedSecrets;
  readonly clock: () => Date;
  readonly log: (event: AuthEvent) => void;
  /** Take `plain` at the own sign-in, as MedplumClient outside a browser sends it? Never in production. */
  readonly plainChallenge?: boolean;
  /** Is this a type of record, and one of its search parameters? For scopes; absent, every name is taken for one. */
  readonly isSearchable?: (type: string, parameter?: string) => boolean;
  /** Sends mail; absent when the installation has none. */
  readonly mail?: (mail: Mail) => Promise<void>;
  /** Fetches the key sets of clients; without it only those registered inline are known. */
  readonly outbound?: Pick<GuardedClient, 'send'>;
  /** May strangers make themselves an account and a project (`auth/newuser`)? */
  readonly openRegistration: boolean;
  /** Browser origins allowed besides the own one and those that clients registered. */
  readonly corsOrigins?: readonly string[];
  /** Absent where nobody else has to agree to what admins change. */
  readonly secondApprover?: SecondApproval;
  /** Path of the sign-in page, such as `/apps/login/`. */
  readonly loginPath: string;
  /** The server's own SMART apps, registered in every new project. */
  readonly apps?: readonly FirstPartyApp[];
  /** Folder whose demo.json names the demo's accounts; absent outside the demo. */
  readonly demoDir?: string;
  /** How long an authenticated bearer is believed before its session and policies are looked at again; at most 4,000 ms. */
  readonly recheckMs?: number;
  /** How long after its use a refresh token still answers with its one successor, for parallel tabs. */
  readonly refreshGraceMs?: number;
}
