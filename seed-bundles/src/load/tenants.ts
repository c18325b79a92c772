import type { Clinic } from '../clinic/staff.ts';
import type { DemoTenant } from './demo-file.ts';
import { operation, search } from './fhir-client.ts';
import { type Api, isJson, textAt } from './http-api.ts';

/** The demo's people sign in with a password alone, and its admins change rights alone: its projects say so in their settings. */
async function projectOf(admin: Api, name: string): Promise<string> {
  const found = (await search(admin, `Project?name=${encodeURIComponent(name)}`)).find(
    (project) => project.name === name,
  );
  return textAt(
    found ?? (await operation(admin, 'Project/$init', { name, requireMfa: false, secondApprover: false })),
    'id',
  );
}

/** The clinic's project with a client of its own; made where they are missing. The client acts with its project's full rights. */
export async function ensureTenant(admin: Api, clinic: Clinic): Promise<DemoTenant> {
  const projectId = await projectOf(admin, clinic.name);
  const client = await admin.post(`admin/projects/${projectId}/client`, {
    name: `${clinic.name} scripts`,
    description: 'Loads the demo and serves scripts; full rights in this project.',
  });
  return {
    name: clinic.name,
    projectId,
    clientId: textAt(client, 'id'),
    clientSecret: textAt(client, 'secret'),
    users: [],
  };
}

/** Tells the clinic's bots where its days begin: the secret `TIME_ZONE`. Other secrets of the project stay. */
export async function tellTimeZone(api: Api, projectId: string, clinic: Clinic): Promise<void> {
  const [project] = await search(api, `Project?_id=${projectId}`);
  const secrets = Array.isArray(project?.secret) ? project.secret.filter(isJson) : [];
  const zone = { name: 'TIME_ZONE', valueString: clinic.timeZone };
  if (!secrets.some(({ name, valueString }) => name === zone.name && valueString === zone.valueString)) {
    const others = secrets.filter(({ name }) => name !== zone.name);
    await api.post(`admin/projects/${projectId}/secrets`, [...others, zone]);
  }
}
