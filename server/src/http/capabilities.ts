import type { CapabilityStatement, CapabilityStatementRestResource, Extension } from '@medplum/fhirtypes';
import type { Operation } from '../repository/index.ts';

/** One search parameter as the CapabilityStatement shows it. */
export interface ServedSearchParameter {
  readonly code: string;
  readonly type: string;
  readonly url: string;
}

/** What is really served: the statement is made from this and from nothing else. */
export interface Served {
  readonly fhirUrl: string;
  readonly baseUrl: string;
  readonly version: string;
  readonly date: Date;
  readonly resourceTypes: readonly string[];
  /** Canonical URL of the definition of a type; undefined where there is none. */
  readonly profileOf: (type: string) => string | undefined;
  readonly searchParameters: (type: string) => readonly ServedSearchParameter[];
  readonly operations: readonly Operation[];
  /** What else is told of Subscription: the topics it can ask for. */
  readonly subscriptions?: { readonly supportedProfile: readonly string[]; readonly extension: readonly Extension[] };
}

const INTERACTIONS = [
  'create',
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'search-type',
] as const;

const VERSIONED = {
  versioning: 'versioned-update',
  readHistory: true,
  updateCreate: true,
  conditionalCreate: true,
  conditionalRead: 'full-support',
  conditionalUpdate: true,
  conditionalDelete: 'single',
  referencePolicy: ['literal', 'logical', 'local'],
} satisfies Partial<CapabilityStatementRestResource>;

/** What reads or searches, and nothing that writes: the server alone writes the audit. */
const AUDIT_INTERACTIONS = ['read', 'search-type'] as const;

function resourceOf(served: Served, type: string): CapabilityStatementRestResource {
  const parameters = served.searchParameters(type);
  const profile = served.profileOf(type);
  const isAudit = type === 'AuditEvent';
  const references = parameters.filter((parameter) => parameter.type === 'reference');
  const operations = served.operations.filter(
    (operation) => operation.level !== 'system' && (operation.types.includes(type) || operation.types.includes('*')),
  );
  const { supportedProfile = [], extension = [] } = (type === 'Subscription' && served.subscriptions) || {};
  return {
    ...(extension.length > 0 && { extension: [...extension] }),
    type: type as CapabilityStatementRestResource['type'],
    ...(profile !== undefined && { profile }),
    ...(supportedProfile.length > 0 && { supportedProfile: [...supportedProfile] }),
    interaction: (isAudit ? AUDIT_INTERACTIONS : INTERACTIONS).map((code) => ({ code })),
    ...(!isAudit && {
      ...VERSIONED,
      searchInclude: ['*', ...references.map((parameter) => `${type}:${parameter.code}`)],
    }),
    searchParam: parameters.map(({ code, type: kind, url }) => ({
      name: code,
      definition: url,
      type: kind as 'token',
    })),
    ...(operations.length > 0 && {
      operation: operations.map(({ name, definition }) => ({ name: name.slice(1), definition })),
    }),
  };
}

const OAUTH = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris';

/** The CapabilityStatement of the running server. @see https://hl7.org/fhir/R4/http.html#capabilities */
export function capabilityStatement(served: Served): CapabilityStatement {
  const system = served.operations.filter((operation) => operation.level === 'system');
  return {
    resourceType: 'CapabilityStatement',
    id: 'mindbridge',
    url: `${served.fhirUrl}metadata`,
    name: 'MindBridge',
    title: 'MindBridge Health AI FHIR R4 server',
    status: 'active',
    date: served.date.toISOString(),
    kind: 'instance',
    software: { name: 'MindBridge', version: served.version },
    implementation: { description: 'MindBridge Health AI', url: served.fhirUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: true,
          service: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' },
              ],
            },
          ],
          extension: [
            {
              url: OAUTH,
              extension: [
                { url: 'token', valueUri: `${served.baseUrl}oauth2/token` },
                { url: 'authorize', valueUri: `${served.baseUrl}oauth2/authorize` },
              ],
            },
          ],
        },
        resource: served.resourceTypes.map((type) => resourceOf(served, type)),
        interaction: [
          { code: 'transaction' },
          { code: 'batch' },
          { code: 'search-system' },
          { code: 'history-system' },
        ],
        ...(system.length > 0 && {
          operation: system.map(({ name, definition }) => ({ name: name.slice(1), definition })),
        }),
      },
    ],
  };
}
