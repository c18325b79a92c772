import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const ACCOUNT = z.object({ email: z.string(), password: z.string(), role: z.string(), name: z.string() });
const FILE = z.looseObject({ tenants: z.array(z.looseObject({ name: z.string(), users: z.array(ACCOUNT) })) });

/** An account of the demo, for its sign-in page. */
export type DemoAccount = z.infer<typeof ACCOUNT> & { readonly clinic: string };

/** The people of demo.json; none while the demo is still being loaded. The operator and the clients' secrets are not among them. */
export async function demoAccounts(demoDir: string): Promise<DemoAccount[]> {
  try {
    const { tenants } = FILE.parse(JSON.parse(await readFile(join(demoDir, 'demo.json'), 'utf8')));
    return tenants.flatMap(({ name, users }) => users.map((user) => ({ ...user, clinic: name })));
  } catch {
    return [];
  }
}
