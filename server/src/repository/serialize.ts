import type { Meta, Resource } from '@medplum/fhirtypes';

/** What the server itself writes into a version. */
export interface VersionHead {
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: Date;
}

/** Medplum's additions to Meta that are kept outside the client's reach. */
type ExtendedMeta = Meta & { account?: unknown };

/** Elements of meta that a client may set; everything else there belongs to the server. */
function clientMeta(meta: Meta | undefined, accounts: Meta['accounts']): Meta {
  const {
    versionId,
    lastUpdated,
    project,
    author,
    onBehalfOf,
    compartment,
    account,
    accounts: _,
    ...rest
  } = (meta ?? {}) as ExtendedMeta & Record<string, unknown>;
  return accounts?.length ? { accounts, ...rest } : (rest as Meta);
}

/**
 * Gives the resource its server-made head. The key order is fixed (`resourceType`, `id`, `meta` with `versionId`,
 * `lastUpdated` and then `accounts`), because answers are cut from the stored text.
 */
export function withHead<T extends Resource>(resource: T, head: VersionHead, accounts?: Meta['accounts']): T {
  const { resourceType, id: _id, meta, ...rest } = resource as Resource;
  return {
    resourceType,
    id: head.id,
    meta: {
      versionId: String(head.version),
      lastUpdated: head.lastUpdated.toISOString(),
      ...clientMeta(meta, accounts),
    },
    ...rest,
  } as T;
}

/** The accounts a client asked for, in either of Medplum's two forms. */
export function requestedAccounts(meta: Meta | undefined): Meta['accounts'] {
  const extended = meta as (Meta & { account?: { reference?: string } }) | undefined;
  return extended?.accounts ?? (extended?.account ? [extended.account] : undefined);
}
