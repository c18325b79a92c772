import type { OperationOutcome, Resource } from '@medplum/fhirtypes';
import type { AccessGrant } from '../access/index.ts';
import type { RequestContext, StoredResource } from '../fhir/index.ts';
import type { Repository } from './repository.ts';

/** What an operation handler is given. */
export interface OperationRequest {
  readonly context: RequestContext;
  readonly grant: AccessGrant;
  /** Already bound to the caller's context and grant. */
  readonly repository: Repository;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly resourceType?: string;
  readonly id?: string;
  readonly query: URLSearchParams;
  /** Parsed JSON, or the raw bytes when `contentType` is not JSON; undefined without a body. */
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A page of stored versions, which the http room turns into a searchset without parsing them. */
export interface OperationPage {
  readonly entries: readonly { readonly stored: StoredResource; readonly mode: 'match' | 'include' }[];
  readonly total?: number;
  /** Parameters of the next page's link, in full. */
  readonly next?: URLSearchParams;
}

/** What it answers: a resource, a stored version whose text leaves unparsed, or bytes with their type. */
export interface OperationResponse {
  /** HTTP status; 200 when absent. */
  readonly status?: number;
  readonly resource?: Resource | OperationOutcome | StoredResource;
  readonly page?: OperationPage;
  readonly raw?: { readonly contentType: string; readonly body: string | Uint8Array };
  readonly headers?: Readonly<Record<string, string>>;
  /** What the audit keeps of it beside the operation's name; never the text of a record. */
  readonly audited?: Readonly<Record<string, unknown>>;
  /** What is given out beside stored versions, for the audit: how many resources, about which patients. */
  readonly disclosed?: { readonly entries: number; readonly patients: ReadonlySet<string> };
}

/** One $operation: where it is mounted and who handles it. @see https://hl7.org/fhir/R4/operations.html */
export interface Operation {
  /** Name with the dollar sign, such as `$validate`. */
  readonly name: string;
  readonly level: 'system' | 'type' | 'instance';
  /** Resource types for level type and instance; `*` for all. */
  readonly types: readonly string[];
  readonly methods: readonly ('GET' | 'POST' | 'DELETE')[];
  /** Level system only: an id follows the name, such as `$job-status/[id]`. */
  readonly takesId?: true;
  /** Canonical URL of its OperationDefinition, shown in the CapabilityStatement. */
  readonly definition: string;
  /** Asked before a byte of the body is read: refuses (throws) who may not send one. */
  admit?(request: Omit<OperationRequest, 'body'>): Promise<void>;
  handle(request: OperationRequest): Promise<OperationResponse>;
}
