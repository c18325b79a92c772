import { createHash } from 'node:crypto';
import type { Bundle, Endpoint, Organization, Project } from '@medplum/fhirtypes';
import type { Request, Response } from 'express';
import { PLATFORM } from '../tenancy/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { brandOf } from './branding.ts';
import { findById } from './find-resource.ts';

/** Where the bundle of brands is. */
export const BRANDS_PATH = '/.well-known/user-access-brands.json';
/** Name of the Project setting by which a clinic shows itself among the brands. */
export const BRAND_PUBLISHED = 'brandPublished';
const EXTENSION = 'http://hl7.org/fhir/StructureDefinition';

/** How this installation is named among brands. @see https://hl7.org/fhir/smart-app-launch/brands.html */
export function brandIdentifier({ baseUrl }: Pick<AuthDependencies, 'baseUrl'>): { system: string; value: string } {
  return { system: 'urn:ietf:rfc:3986', value: baseUrl };
}

/** The clinics that show themselves; the others stay unnamed. */
async function publishedProjects({ database, tenants }: AuthDependencies): Promise<Project[]> {
  const found = await Promise.all(
    (await tenants.list())
      .filter(({ status }) => status === 'active')
      .map(({ tenant, projectId }) => findById<Project>(database, tenant, 'Project', projectId)),
  );
  return found.filter(
    (project) =>
      project?.setting?.some(({ name, valueBoolean }) => name === BRAND_PUBLISHED && valueBoolean === true) === true,
  ) as Project[];
}

function endpointOf({ baseUrl }: AuthDependencies): Endpoint {
  return {
    resourceType: 'Endpoint',
    id: 'fhir',
    extension: [{ url: `${EXTENSION}/endpoint-fhir-version`, valueCode: '4.0' }],
    status: 'active',
    connectionType: {
      system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
      code: 'hl7-fhir-rest',
    },
    name: 'FHIR R4',
    contact: [{ system: 'url', value: baseUrl }],
    payloadType: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/endpoint-payload-type', code: 'none' }] },
    ],
    address: `${baseUrl}/fhir/R4`,
  };
}

function portalOf({ baseUrl, loginPath }: AuthDependencies, name: string, logo?: string) {
  const brand = [...(logo?.startsWith('https://') ? [{ url: 'brandLogo', valueUrl: logo }] : [])];
  const portal = [
    { url: 'portalName', valueString: name },
    { url: 'portalUrl', valueUrl: `${baseUrl}${loginPath}` },
    { url: 'portalEndpoint', valueReference: { reference: 'Endpoint/fhir' } },
  ];
  return [
    ...(brand.length > 0 ? [{ url: `${EXTENSION}/organization-brand`, extension: brand }] : []),
    { url: `${EXTENSION}/organization-portal`, extension: portal },
  ];
}

function organizationOf(deps: AuthDependencies, project: Project): Organization {
  const { name, logo } = brandOf(project);
  return {
    resourceType: 'Organization',
    id: project.id,
    extension: portalOf(deps, name, logo),
    identifier: [{ system: 'https://mindbridge.health/fhir/sid/project', value: project.id }],
    active: true,
    name,
    telecom: [{ system: 'url', value: deps.baseUrl }],
    partOf: { reference: 'Organization/installation' },
    endpoint: [{ reference: 'Endpoint/fhir' }],
  };
}

async function brandBundle(deps: AuthDependencies): Promise<Bundle> {
  const projects = await publishedProjects(deps);
  const installation: Organization = {
    resourceType: 'Organization',
    id: 'installation',
    extension: portalOf(deps, 'MindBridge'),
    identifier: [brandIdentifier(deps)],
    active: true,
    name: 'MindBridge',
    telecom: [{ system: 'url', value: deps.baseUrl }],
    endpoint: [{ reference: 'Endpoint/fhir' }],
  };
  const resources = [installation, endpointOf(deps), ...projects.map((project) => organizationOf(deps, project))];
  const platform = await findById<Project>(deps.database, PLATFORM.tenant, 'Project', PLATFORM.projectId);
  const changed = [platform, ...projects].map((project) => project?.meta?.lastUpdated ?? '').sort();
  return {
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: changed.at(-1) || deps.clock().toISOString(),
    entry: resources.map((resource) => ({
      fullUrl: `${deps.baseUrl}/${resource.resourceType}/${resource.id}`,
      resource,
    })),
  };
}

/** `GET .well-known/user-access-brands.json`: for everybody, with an ETag that changes with what is said. */
export async function brands(deps: AuthDependencies, request: Request, response: Response): Promise<void> {
  const text = JSON.stringify(await brandBundle(deps));
  const etag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  response.removeHeader('Pragma');
  response.removeHeader('Access-Control-Allow-Credentials');
  response.set({ ETag: etag, 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' });
  if (request.get('if-none-match') === etag) {
    response.status(304).end();
    return;
  }
  response.type('application/json').send(text);
}
