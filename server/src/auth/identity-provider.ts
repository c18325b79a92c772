import { z } from 'zod';
import { type Queryable, sql } from '../database/index.ts';
import { isFhirId } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { RIGHTS } from './member-rights.ts';
import { openSecret } from './sealed.ts';

const DOMAIN = z
  .string()
  .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'must be a domain in small letters')
  .max(253);

const COMMON = {
  name: z.string().min(1).max(100),
  /** Domains of e-mail addresses that this provider speaks for; nobody is linked or made by an address of another one. */
  domains: z.array(DOMAIN).min(1).max(50),
  /** Does the provider itself ask for a second factor? Then none is asked for here. */
  secondFactor: z.boolean().default(false),
  /** May a member be found by the e-mail address that the provider has verified? */
  linkByEmail: z.boolean().default(true),
  /** How to make a member of somebody who is none; absent = nobody is made. */
  provision: RIGHTS.omit({ admin: true })
    .extend({ resourceType: z.enum(['Practitioner', 'Patient']) })
    .optional(),
};

const OIDC = z.object({
  ...COMMON,
  kind: z.literal('oidc'),
  /** Its discovery document is fetched from here. */
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1).max(200),
  clientSecret: z.string().min(1).max(500).optional(),
  scope: z.string().max(500).default('openid email profile'),
});

const SAML = z.object({
  ...COMMON,
  kind: z.literal('saml'),
  /** Entity id of the provider. */
  issuer: z.string().min(1).max(500),
  /** Where the browser is sent with the request. */
  entryPoint: z.url({ protocol: /^https?$/ }),
  /** Certificates, or public keys, that sign assertions; PEM. */
  certificates: z.array(z.string().startsWith('-----BEGIN ').max(10_000)).min(1).max(5),
  /** The clinic's key, which opens encrypted assertions and signs what is sent from here, and its certificate; PEM, both or neither. */
  decryptionKey: z.string().startsWith('-----BEGIN ').max(20_000).optional(),
  decryptionCertificate: z.string().startsWith('-----BEGIN CERTIFICATE-----').max(20_000).optional(),
  /** Where logout requests, and answers to those of the provider, go; absent: neither ends sessions of the other. */
  logoutUrl: z.url({ protocol: /^https?$/ }).optional(),
});

/** `POST admin/projects/:id/identity-providers`. */
export const NEW_PROVIDER = z.discriminatedUnion('kind', [OIDC, SAML]);

type OidcConfig = Omit<z.infer<typeof OIDC>, 'clientSecret'>;
type SamlConfig = Omit<z.infer<typeof SAML>, 'decryptionKey'>;
const STORED = z.discriminatedUnion('kind', [OIDC.omit({ clientSecret: true }), SAML.omit({ decryptionKey: true })]);

/** The identity provider of a clinic. */
export type IdentityProvider = (OidcConfig | SamlConfig) & {
  readonly tenant: number;
  readonly id: string;
  /** Sealed; `providerSecret` opens it. */
  readonly sealedSecret: string;
};
/** One that speaks OpenID Connect. */
export type OidcProvider = Extract<IdentityProvider, { kind: 'oidc' }>;
/** One that speaks SAML 2.0. */
export type SamlProvider = Extract<IdentityProvider, { kind: 'saml' }>;

interface ProviderRow {
  readonly tenant: number;
  readonly id: string;
  readonly config: string;
  readonly secret: string;
}

const providerOf = ({ tenant, id, config, secret }: ProviderRow): IdentityProvider => ({
  ...STORED.parse(JSON.parse(config)),
  tenant,
  id,
  sealedSecret: secret,
});

const placeOf = (id: string): string => `identity-provider/${id}`;

/** The secret that this server shares with a provider, or the key that opens its assertions, where there is one. */
export async function providerSecret(
  deps: Pick<AuthDependencies, 'keys' | 'secrets'>,
  { tenant, id, sealedSecret }: Pick<IdentityProvider, 'tenant' | 'id' | 'sealedSecret'>,
): Promise<string | undefined> {
  return sealedSecret === '' ? undefined : (await openSecret(deps, tenant, placeOf(id), sealedSecret)).toString();
}

/** Keeps a provider, with its secret sealed. */
export async function storeProvider(
  deps: AuthDependencies,
  { tenant, id }: { readonly tenant: number; readonly id: string },
  wanted: z.infer<typeof NEW_PROVIDER>,
): Promise<void> {
  const { clientSecret, decryptionKey, ...config } = { clientSecret: undefined, decryptionKey: undefined, ...wanted };
  const plain = clientSecret ?? decryptionKey;
  const secret = plain ? await deps.secrets.seal(tenant, placeOf(id), Buffer.from(plain)) : '';
  await deps.database.query(
    sql`INSERT INTO identity_provider (tenant, id, config, secret, created_at)
      VALUES (${tenant}, ${id}, ${JSON.stringify(config)}, ${secret}, ${deps.clock()})
      ON CONFLICT (tenant, id) DO UPDATE SET config = excluded.config, secret = excluded.secret`,
  );
}

/** The providers of a clinic, the oldest first. */
export async function providersOf(database: Queryable, tenant: number): Promise<IdentityProvider[]> {
  const rows = await database.query<ProviderRow>(
    sql`SELECT tenant, id, config, secret FROM identity_provider WHERE tenant = ${tenant} ORDER BY created_at LIMIT 50`,
  );
  return rows.map(providerOf);
}

/** A provider by its id, whosever it is. */
export async function findProvider(database: Queryable, id: string): Promise<IdentityProvider | undefined> {
  if (!isFhirId(id)) {
    return undefined;
  }
  const [row] = await database.query<ProviderRow>(
    sql`SELECT tenant, id, config, secret FROM identity_provider WHERE id = ${id}`,
  );
  return row && providerOf(row);
}

/** The domain of an e-mail address. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

/** The only provider that speaks for the domain of an address; none where two clinics claim it. */
export async function findProviderByEmail(database: Queryable, email: string): Promise<IdentityProvider | undefined> {
  const rows = await database.query<ProviderRow>(
    sql`SELECT tenant, id, config, secret FROM identity_provider
      WHERE config::jsonb -> 'domains' @> ${JSON.stringify([domainOf(email)])}::jsonb LIMIT 2`,
  );
  return rows.length === 1 ? providerOf(rows[0] as ProviderRow) : undefined;
}

/** Takes a provider away, with what it knows of persons; false when the clinic has none by this id. */
export async function removeProvider(database: Queryable, tenant: number, id: string): Promise<boolean> {
  if (!isFhirId(id)) {
    return false;
  }
  await database.query(sql`DELETE FROM external_identity WHERE tenant = ${tenant} AND provider = ${id}`);
  const rows = await database.query(
    sql`DELETE FROM identity_provider WHERE tenant = ${tenant} AND id = ${id} RETURNING id`,
  );
  return rows.length > 0;
}
