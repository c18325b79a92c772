import type { SearchRequest } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';

/** The tenant's resources as the caller may see them; a Repository is one. */
export interface ResourceReader {
  /** Tenant whose stored code systems are used besides the shared ones. */
  readonly context?: { readonly tenant: number };
  readResource(resourceType: string, id: string): Promise<Resource>;
  searchResources(request: SearchRequest): Promise<Resource[]>;
}

/** What an operation of this room needs of a request. */
export interface OperationCall {
  readonly repository: ResourceReader;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly resourceType?: string;
  readonly id?: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** What it answers. */
export interface OperationAnswer {
  readonly status?: number;
  readonly resource: Resource;
}

/** An operation of this room; fits the contract of the repository room, which ranks above. */
export interface TerminologyOperation {
  readonly name: string;
  readonly level: 'type' | 'instance';
  readonly types: readonly string[];
  readonly methods: readonly ('GET' | 'POST')[];
  readonly definition: string;
  handle(call: OperationCall): Promise<OperationAnswer>;
}
