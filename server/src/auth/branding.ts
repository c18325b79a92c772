import type { ClientApplication, Project } from '@medplum/fhirtypes';
import { z } from 'zod';
import type { AuthDependencies } from './auth-dependencies.ts';
import { clinicTimeZone } from './clinic-time-zone.ts';
import { type Found, findById, findClient } from './find-resource.ts';
import { providersOf } from './identity-provider.ts';

const COLOR = /^#[0-9a-f]{6}$/i;
const LOGO = /^(?:https:\/\/|data:image\/(?:png|svg\+xml|webp|jpeg);base64,)\S+$/;

/** The look of a clinic as it is set: names of Project settings, each checked. */
export const BRAND = z.object({
  brandName: z.string().regex(/\S/).max(200).optional(),
  brandLogo: z.string().regex(LOGO, 'must be https, or data:image/…;base64').max(4000).optional(),
  brandPrimaryColor: z.string().regex(COLOR, 'must be #rrggbb').optional(),
  brandBackgroundColor: z.string().regex(COLOR, 'must be #rrggbb').optional(),
});

/** A look as settings of a Project. */
export function brandSettings(brand: z.infer<typeof BRAND>): NonNullable<Project['setting']> {
  const given = Object.entries(brand).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.map(([name, valueString]) => ({ name, valueString }));
}

/** The look of a clinic, and the ways in; for everybody. */
export interface Branding {
  readonly projectId?: string;
  readonly name: string;
  readonly logo?: string;
  readonly primaryColor?: string;
  readonly backgroundColor?: string;
  readonly timeZone?: string;
  readonly providers: readonly { readonly id: string; readonly name: string; readonly kind: 'oidc' | 'saml' }[];
  readonly openRegistration: boolean;
  /** The installation is a demo: its patients are invented, and screens say so. */
  readonly demo?: true;
}

/** `GET auth/branding`: by an app of the clinic, or by the clinic. */
export const BRANDING = z.object({
  client_id: z.string().max(64).optional(),
  project: z.string().max(64).optional(),
});

function setting(project: Project, name: string, allowed: RegExp): string | undefined {
  const value = project.setting?.find((entry) => entry.name === name)?.valueString;
  return value !== undefined && allowed.test(value) ? value : undefined;
}

/** The look that a project has given itself; what would not be safe to show is left out. */
export function brandOf(project: Project): Pick<Branding, 'name' | 'logo' | 'primaryColor' | 'backgroundColor'> {
  const logo = setting(project, 'brandLogo', LOGO);
  const primaryColor = setting(project, 'brandPrimaryColor', COLOR);
  const backgroundColor = setting(project, 'brandBackgroundColor', COLOR);
  return {
    name: setting(project, 'brandName', /\S/) ?? project.name ?? 'MindBridge',
    ...(logo && { logo }),
    ...(primaryColor && { primaryColor }),
    ...(backgroundColor && { backgroundColor }),
  };
}

async function tenantOf(deps: AuthDependencies, { client_id, project }: z.infer<typeof BRANDING>) {
  const client: Found<ClientApplication> | undefined = client_id
    ? await findClient(deps.database, client_id)
    : undefined;
  return client?.tenant || (project ? deps.tenants.numberOf(project) : undefined);
}

/** The look of the clinic that is named; the installation's own for one that is not known. */
export async function branding(deps: AuthDependencies, asked: z.infer<typeof BRANDING>): Promise<Branding> {
  const { openRegistration } = deps;
  const demo = deps.demoDir === undefined ? {} : { demo: true as const };
  const tenant = await tenantOf(deps, asked);
  const found = tenant ? await deps.tenants.find(tenant) : undefined;
  const project = found && (await findById<Project>(deps.database, found.tenant, 'Project', found.projectId));
  if (!found || !project) {
    return { name: 'MindBridge', providers: [], openRegistration, ...demo };
  }
  const providers = await providersOf(deps.database, found.tenant);
  const timeZone = clinicTimeZone(project);
  return {
    projectId: project.id,
    ...brandOf(project),
    ...(timeZone && { timeZone }),
    providers: providers.map(({ id, name, kind }) => ({ id, name, kind })),
    openRegistration,
    ...demo,
  };
}

/** What a sign-in page of Medplum shows of an app, for everybody; nothing of one that is not known. */
export async function clientInfo(deps: AuthDependencies, clientId: string): Promise<ClientApplication['signInForm']> {
  const client = await findClient(deps.database, clientId);
  const { welcomeString, logo } = client?.resource.signInForm ?? {};
  return { ...(welcomeString && { welcomeString }), ...(logo && { logo }) };
}
