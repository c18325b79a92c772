/** Who is asking, within which tenant, as one readonly value: the first argument of whatever touches records. */
export interface RequestContext {
  /** Id of this request, shown in logs, audit and 500 outcomes. */
  readonly requestId: string;
  /** Internal number of the tenant (table `tenant`); 0 is the platform itself. */
  readonly tenant: number;
  /** FHIR id of the tenant's Project resource. */
  readonly projectId: string;
  /** Reference string of the acting profile, such as `Practitioner/123` or `ClientApplication/9`. */
  readonly author: string;
  /** Display of the acting profile, kept for audit only. */
  readonly authorDisplay?: string;
  /** ClientApplication id through which the caller came, if any. */
  readonly clientId?: string;
  /** Login (session) id, if any. */
  readonly loginId?: string;
  /** How many bots stand behind this write: 0 for a person or a client, n+1 for what a bot at depth n writes. */
  readonly depth: number;
  /** Purpose of use code for audit, such as TREAT. @see https://hl7.org/fhir/R4/v3/PurposeOfUse/vs.html */
  readonly purpose?: string;
  /** When the person last proved to be there, by second factor or password; only the last five minutes count (`isSteppedUp`). */
  readonly steppedUpAt?: Date;
  /** Id of the run, when a bot acts. */
  readonly run?: string;
  /** Reference of the person on whose behalf a bot acts, if any. */
  readonly onBehalfOf?: string;
}
