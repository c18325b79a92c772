import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createReference, type WithId } from '@medplum/core';
import type { Practitioner, Project, User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { PLATFORM } from '../tenancy/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { createMembership, personReference } from './clinic.ts';
import { findById, findMemberships, findUserByEmail } from './find-resource.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { REQUIRE_MFA } from './require-mfa.ts';

/** An operator's credentials. */
export interface SuperAdmin {
  readonly email: string;
  readonly password: string;
}

/** The platform's own Project, made at the first start. */
export async function ensurePlatform(deps: AuthDependencies): Promise<WithId<Project>> {
  const existing = await findById<Project>(deps.database, PLATFORM.tenant, 'Project', PLATFORM.projectId);
  if (existing) {
    return existing;
  }
  const project: Project = {
    resourceType: 'Project',
    id: PLATFORM.projectId,
    name: 'Platform',
    superAdmin: true,
    strictMode: true,
    setting: [{ name: REQUIRE_MFA, valueBoolean: deps.demoDir === undefined }],
  };
  return deps.systemRepository(PLATFORM.tenant).createResource(project, { assignedId: true });
}

async function saveUser(deps: AuthDependencies, { email, password }: SuperAdmin): Promise<WithId<User>> {
  const existing = await findUserByEmail(deps.database, email, '');
  const passwordHash = await hashPassword(password);
  const repository = deps.systemRepository(PLATFORM.tenant);
  return existing
    ? repository.updateResource<User>({ ...existing, passwordHash })
    : repository.createResource<User>({
        resourceType: 'User',
        firstName: 'Platform',
        lastName: 'Operator',
        email: email.toLowerCase(),
        passwordHash,
      });
}

/** Makes (or gives a new password to) an operator of the platform. Operators see no record of any patient. */
export async function createSuperAdmin(deps: AuthDependencies, admin: SuperAdmin): Promise<WithId<User>> {
  const project = await ensurePlatform(deps);
  const user = await saveUser(deps, admin);
  const memberships = await findMemberships(deps.database, `User/${user.id}`);
  if (!memberships.some((entry) => entry.tenant === PLATFORM.tenant)) {
    const profile = await deps.systemRepository(PLATFORM.tenant).createResource<Practitioner>({
      resourceType: 'Practitioner',
      name: [{ given: [user.firstName], family: user.lastName }],
    });
    const clinic = { tenant: PLATFORM.tenant, project };
    const reference = { ...createReference(user), display: `${user.firstName} ${user.lastName}` };
    await createMembership(deps, clinic, { user: reference, profile: personReference(profile), admin: true });
  }
  return user;
}

const DEMO_FILE = z.looseObject({
  superAdmin: z.object({ email: z.string(), password: z.string() }).optional(),
  tenants: z.array(z.unknown()).optional(),
});

/** Reads demo.json; an absent one is empty. @throws Error with one sentence when it is damaged. */
async function readDemoFile(path: string): Promise<z.infer<typeof DEMO_FILE>> {
  try {
    return DEMO_FILE.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') {
      return {};
    }
    throw new Error(`${path} cannot be read: delete it, and the demo makes a new one.`);
  }
}

async function isGood(deps: AuthDependencies, admin: SuperAdmin | undefined): Promise<boolean> {
  const user = admin && (await findUserByEmail(deps.database, admin.email, ''));
  return admin !== undefined && (await verifyPassword(user?.passwordHash, admin.password));
}

/**
 * The demo's operator: made at the first start, with a random password that only `DATA_DIR/demo.json` (mode 0600) knows.
 * @throws Error when the process is not in demo mode.
 */
export async function ensureDemoSuperAdmin(
  deps: AuthDependencies,
  options: { readonly dataDir: string; readonly demo: boolean },
): Promise<SuperAdmin> {
  if (!options.demo) {
    throw new Error('The demo is off: make the first operator with `npm run admin -- create-super-admin --email …`.');
  }
  await mkdir(options.dataDir, { recursive: true });
  const path = join(options.dataDir, 'demo.json');
  const file = await readDemoFile(path);
  const known = file.superAdmin;
  const admin = known ?? { email: 'operator@mindbridge.example', password: randomBytes(18).toString('base64url') };
  if (!(await isGood(deps, known))) {
    await createSuperAdmin(deps, admin);
  }
  const { baseUrl } = deps;
  const next = {
    ...file,
    baseUrl,
    fhirUrl: `${baseUrl}/fhir/R4`,
    tokenUrl: `${baseUrl}/oauth2/token`,
    superAdmin: admin,
    tenants: file.tenants ?? [],
  };
  const draft = `${path}.${process.pid}.auth`;
  await writeFile(draft, `${JSON.stringify(next, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
  return admin;
}
