import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJson, type Json, textAt } from './http-api.ts';
import type { Credentials } from './sign-in.ts';

/** A person who can sign in. */
export interface DemoUser extends Credentials {
  readonly role: string;
  readonly name: string;
}

/** A clinic as scripts need it. */
export interface DemoTenant {
  readonly name: string;
  readonly projectId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly users: readonly DemoUser[];
}

/** What `DATA_DIR/demo.json` says; Oakwood is the first tenant. */
export interface DemoFile {
  readonly baseUrl: string;
  readonly fhirUrl: string;
  readonly tokenUrl: string;
  readonly tenants: readonly DemoTenant[];
  readonly superAdmin: Credentials;
}

const fileName = 'demo.json';

function userOf(value: Json): DemoUser {
  return {
    email: textAt(value, 'email'),
    password: textAt(value, 'password'),
    role: textAt(value, 'role'),
    name: textAt(value, 'name'),
  };
}

function tenantOf(value: Json): DemoTenant {
  return {
    name: textAt(value, 'name'),
    projectId: textAt(value, 'projectId'),
    clientId: textAt(value, 'clientId'),
    clientSecret: textAt(value, 'clientSecret'),
    users: (Array.isArray(value.users) ? value.users : []).filter(isJson).map(userOf),
  };
}

/** The URLs that follow from the base URL. */
export function demoUrls(base: string): Pick<DemoFile, 'baseUrl' | 'fhirUrl' | 'tokenUrl'> {
  const baseUrl = base.replace(/\/+$/, '');
  return { baseUrl, fhirUrl: `${baseUrl}/fhir/R4`, tokenUrl: `${baseUrl}/oauth2/token` };
}

/**
 * Reads demo.json, which the server began with its super-admin. The base URL is the file's own, else the one given.
 * @throws Error with one sentence when the file is missing or says no super-admin.
 */
export function readDemoFile(dataDir: string, base: string): DemoFile {
  const path = join(dataDir, fileName);
  if (!existsSync(path)) {
    throw new Error(`${path} is missing: start the server in demo mode first, it writes its super-admin there`);
  }
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isJson(value)) {
    throw new Error(`${path} is not a JSON object`);
  }
  return {
    ...demoUrls(typeof value.baseUrl === 'string' ? value.baseUrl : base),
    tenants: (Array.isArray(value.tenants) ? value.tenants : []).filter(isJson).map(tenantOf),
    superAdmin: { email: textAt(value, 'superAdmin.email'), password: textAt(value, 'superAdmin.password') },
  };
}

/** Writes demo.json in one step, readable by its owner only. */
export function writeDemoFile(dataDir: string, demo: DemoFile): void {
  const path = join(dataDir, fileName);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(demo, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

/** The file with one tenant added or replaced; the order of `names` is the order of the tenants. */
export function withTenant(demo: DemoFile, tenant: DemoTenant, names: readonly string[]): DemoFile {
  const others = demo.tenants.filter(({ name }) => name !== tenant.name);
  const place = ({ name }: DemoTenant): number => names.indexOf(name);
  return { ...demo, tenants: [...others, tenant].sort((a, b) => place(a) - place(b)) };
}
