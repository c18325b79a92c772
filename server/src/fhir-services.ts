import type { CodeSystem } from '@medplum/fhirtypes';
import { PLATFORM_TYPES } from './access/index.ts';
import { FHIR_PATH } from './app.ts';
import type { ReadAudit } from './audit/index.ts';
import type { Config } from './config/index.ts';
import type { Definitions } from './definitions/index.ts';
import type { Ground } from './ground.ts';
import {
  type BinaryLinks,
  capabilityStatement,
  createMandatoryElements,
  createSummaryElements,
  type FhirServices,
  type Served,
  servedParameters,
  terminologyCapabilities,
} from './http/index.ts';
import type { Indexer } from './indexing/index.ts';
import { errorFacts } from './observability/index.ts';
import type { JobQueue, Operation } from './repository/index.ts';
import type { Search } from './search/index.ts';
import { servedSubscriptions } from './subscriptions/index.ts';
import type { ConceptStore } from './terminology/index.ts';
import { VERSION } from './version.ts';

/** The rooms that the FHIR door leads to. */
export interface Rooms {
  readonly definitions: Definitions;
  readonly indexer: Indexer;
  readonly indexerOf: (tenant: number) => Indexer;
  readonly search: Search;
  readonly operations: readonly Operation[];
  readonly queue: JobQueue;
  readonly links: BinaryLinks;
  /** Large code systems, as a tenant sees them. */
  readonly conceptsOf: (tenant: number) => ConceptStore;
  readonly audit: ReadAudit;
}

/** What the interactions behind the FHIR door share. */
export function fhirServices({ config, database, observer, clock }: Ground, rooms: Rooms): FhirServices {
  const { definitions } = rooms;
  const fhirUrl = `${config.baseUrl}${FHIR_PATH}/`;
  const started = clock();
  const capabilities = new WeakMap<Indexer, string>();
  return {
    fhirUrl,
    maxBundleEntries: config.maxBundleEntries,
    search: rooms.search,
    audit: rooms.audit,
    links: rooms.links,
    database,
    operations: rooms.operations,
    queue: rooms.queue,
    resourceTypes: definitions.resourceTypes(),
    isResourceType: (name) => definitions.isResourceType(name),
    summaryElements: createSummaryElements(definitions),
    mandatoryElements: createMandatoryElements(definitions),
    capabilities(tenant) {
      const indexer = tenant === undefined ? rooms.indexer : rooms.indexerOf(tenant);
      let text = capabilities.get(indexer);
      if (text === undefined) {
        text = JSON.stringify(capabilityStatement(servedBy(config, { ...rooms, indexer }, started)));
        capabilities.set(indexer, text);
      }
      return text;
    },
    async terminologyCapabilities(tenant) {
      const releases = await rooms.conceptsOf(tenant).releases();
      const served = { fhirUrl, version: VERSION, date: started };
      return JSON.stringify(terminologyCapabilities(served, [...baseSystems(definitions), ...releases]));
    },
    clock,
    reportFailure: (error, requestId) => observer.emit({ type: 'request-failed', requestId, error: errorFacts(error) }),
  };
}

/** The code systems of the base definitions that have all their codes with them. */
function baseSystems(definitions: Definitions): { system: string; version?: string }[] {
  return [...definitions.resources('CodeSystem')].flatMap((resource) => {
    const { url, version, content } = resource as CodeSystem;
    return url && content === 'complete' ? [{ system: url, ...(version && { version }) }] : [];
  });
}

/** Where FHIR's types are defined, and Medplum's own. */
const PROFILE_BASES = ['http://hl7.org/fhir/StructureDefinition/', 'https://medplum.com/fhir/StructureDefinition/'];

/** What is served, for the CapabilityStatement and the OpenAPI description alike. */
export function servedBy(config: Config, { definitions, indexer, operations }: Rooms, date: Date): Served {
  const profiles = new Set(definitions.urls('StructureDefinition'));
  return {
    fhirUrl: `${config.baseUrl}${FHIR_PATH}/`,
    baseUrl: `${config.baseUrl}/`,
    version: VERSION,
    date,
    resourceTypes: definitions.resourceTypes().filter((type) => !PLATFORM_TYPES.has(type)),
    profileOf: (type) => PROFILE_BASES.map((base) => `${base}${type}`).find((url) => profiles.has(url)),
    searchParameters: (type) => servedParameters(type, registeredParameters(indexer, type)),
    operations,
    subscriptions: servedSubscriptions,
  };
}

function registeredParameters(indexer: Indexer, type: string) {
  return [...(indexer.registry.of(type)?.parameters.values() ?? [])].map(({ code, kind, url }) => ({
    code,
    type: kind,
    url,
  }));
}
