import type { AccessGrant } from '../access/index.ts';
import type { ReadAudit } from '../audit/index.ts';
import type { Database } from '../database/index.ts';
import type { RequestContext, StoredResource } from '../fhir/index.ts';
import type { JobQueue, Operation, Repository } from '../repository/index.ts';
import type { Search } from '../search/index.ts';
import type { BinaryLinks } from './binary-links.ts';
import type { FhirAnswer, FhirRequest } from './fhir-request.ts';
import type { Presentation } from './present.ts';

/** What every interaction needs from the house; made once in main.ts. */
export interface FhirServices {
  /** FHIR base with a trailing slash, such as `http://127.0.0.1:8103/fhir/R4/`. */
  readonly fhirUrl: string;
  readonly maxBundleEntries: number;
  readonly search: Search;
  readonly audit: ReadAudit;
  readonly links: BinaryLinks;
  /** Where the audit is read from. */
  readonly database: Database;
  readonly operations: readonly Operation[];
  /** Takes Bundles of callers who do not wait (`Prefer: respond-async`). */
  readonly queue: JobQueue;
  /** Every resource type served, in alphabetical order. */
  readonly resourceTypes: readonly string[];
  readonly isResourceType: (name: string) => boolean;
  /** Names of the elements that `_summary=true` keeps. */
  readonly summaryElements: (type: string) => ReadonlySet<string>;
  readonly mandatoryElements: (type: string) => ReadonlySet<string>;
  /** The CapabilityStatement as JSON text; with a tenant's own search parameters when one asks. */
  readonly capabilities: (tenant?: number) => string;
  /** The TerminologyCapabilities as JSON text, with the releases of code systems that a tenant sees. */
  readonly terminologyCapabilities: (tenant: number) => Promise<string>;
  readonly clock: () => Date;
  readonly reportFailure: (error: unknown, requestId: string) => void;
}

/** One request in the hands of one caller: what an interaction is given. */
export interface Exchange {
  readonly request: FhirRequest;
  /** Parts of the path by the names in the route, such as `id`. */
  readonly params: Readonly<Record<string, string>>;
  readonly context: RequestContext;
  readonly grant: AccessGrant;
  readonly repository: Repository;
  readonly services: FhirServices;
  /** Answers another request of the same caller: an entry of a Bundle. */
  readonly dispatch: (exchange: Exchange) => Promise<FhirAnswer>;
  /** Told the pattern of the route that the request takes; absent for the entries of a Bundle. */
  readonly routed?: (pattern: string) => void;
}

/** One FHIR interaction. */
export type Interaction = (exchange: Exchange) => Promise<FhirAnswer>;

/** Headers that name a version. @see https://hl7.org/fhir/R4/http.html#versioning */
export function versionHeaders(stored: StoredResource): Record<string, string> {
  return { ETag: `W/"${stored.version}"`, 'Last-Modified': stored.lastUpdated.toUTCString() };
}

/** Location of a version, as create and update answer it. */
export function locationOf(exchange: Exchange, stored: StoredResource): string {
  return `${exchange.services.fhirUrl}${stored.type}/${stored.id}/_history/${stored.version}`;
}

/** How this caller is shown resources. */
export function presentation(exchange: Exchange, hidden: Presentation['hidden']): Presentation {
  return {
    extended: exchange.request.headers['x-medplum'] === 'extended',
    projectId: exchange.context.projectId,
    hidden,
    summaryElements: exchange.services.summaryElements,
    mandatoryElements: exchange.services.mandatoryElements,
  };
}
