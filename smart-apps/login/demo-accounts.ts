/** One account of the demo. */
export interface DemoAccount {
  readonly email: string;
  readonly password: string;
  readonly role: string;
  readonly name: string;
  readonly clinic: string;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The accounts that the server offers in demo mode; none of whatever else it answers. */
export function demoAccounts(body: unknown): DemoAccount[] {
  const list = typeof body === 'object' && body !== null && 'accounts' in body ? body.accounts : undefined;
  return (Array.isArray(list) ? list : [])
    .map((entry: unknown) => {
      const account = (typeof entry === 'object' && entry !== null ? entry : {}) as Readonly<Record<string, unknown>>;
      return {
        email: text(account.email),
        password: text(account.password),
        role: text(account.role),
        name: text(account.name),
        clinic: text(account.clinic),
      };
    })
    .filter((account) => account.email !== '');
}

/** Asks the server for demo accounts; a server that is no demo has none. */
export async function fetchDemoAccounts(fetcher: typeof fetch): Promise<DemoAccount[]> {
  try {
    const response = await fetcher('/auth/demo', { headers: { accept: 'application/json' } });
    return response.ok ? demoAccounts(await response.json()) : [];
  } catch {
    return [];
  }
}

/** The accounts of each clinic, in the order in which the clinics come. */
export function byClinic(accounts: readonly DemoAccount[]): [clinic: string, accounts: DemoAccount[]][] {
  const groups = new Map<string, DemoAccount[]>();
  for (const account of accounts) {
    groups.set(account.clinic, [...(groups.get(account.clinic) ?? []), account]);
  }
  return [...groups];
}
