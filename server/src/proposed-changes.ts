import { randomUUID } from 'node:crypto';
import type { Resource } from '@medplum/fhirtypes';
import { type Database, sql } from './database/index.ts';

/** How long a proposal may wait, in ms. */
const LASTS_MS = 7 * 24 * 60 * 60_000;

/** A change as it is proposed. */
export interface Proposal {
  readonly interaction: 'create' | 'update' | 'delete' | 'deploy';
  readonly targetType: string;
  /** Id of what is to be changed; empty for what is to be created. */
  readonly target: string;
  /** Version of the target when it was proposed; 0 for what is to be created. */
  readonly version: number;
  readonly resource: Resource;
}

/** A change that waits, or was decided on. */
export interface ProposedChange extends Proposal {
  readonly id: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
}

/** Keeps proposals until they are decided on. */
export interface ProposedChanges {
  add(tenant: number, proposedBy: string, proposal: Proposal): Promise<string>;
  waiting(tenant: number): Promise<ProposedChange[]>;
  /** Takes a decision, once; undefined when there is no such proposal (any more). */
  decide(tenant: number, id: string, decidedBy: string, approved: boolean): Promise<ProposedChange | undefined>;
  /** Lets a proposal wait on, after what was approved could not be done. */
  reopen(tenant: number, id: string): Promise<void>;
}

export interface ProposedChangesDependencies {
  readonly database: Database;
  /** The text to store for a resource: clients have secrets. */
  readonly seal: (tenant: number, resource: Resource, json: string) => string | Promise<string>;
  readonly clock: () => Date;
}

interface Row {
  readonly change_id: string;
  readonly interaction: Proposal['interaction'];
  readonly target_type: string;
  readonly target: string;
  readonly version: number;
  readonly content: string;
  readonly proposed_by: string;
  readonly proposed_at: Date;
}

const COLUMNS = sql`id AS change_id, interaction, target_type, target, version, content, proposed_by, proposed_at`;

const changeOf = (row: Row): ProposedChange => ({
  id: row.change_id,
  interaction: row.interaction,
  targetType: row.target_type,
  target: row.target,
  version: row.version,
  resource: JSON.parse(row.content) as Resource,
  proposedBy: row.proposed_by,
  proposedAt: row.proposed_at,
});

/** Opens the proposals of all tenants. */
export function createProposedChanges({ database, seal, clock }: ProposedChangesDependencies): ProposedChanges {
  const since = (): Date => new Date(clock().getTime() - LASTS_MS);
  return {
    async add(tenant, proposedBy, { interaction, targetType, target, version, resource }) {
      const id = randomUUID();
      const content = await seal(tenant, resource, JSON.stringify(resource));
      await database.forTenant(tenant).query(
        sql`INSERT INTO proposed_change (tenant, id, interaction, target_type, target, version, content, proposed_by, proposed_at)
          VALUES (${tenant}, ${id}, ${interaction}, ${targetType}, ${target}, ${version}, ${content}, ${proposedBy}, ${clock()})`,
      );
      return id;
    },
    async waiting(tenant) {
      const rows = await database.forTenant(tenant).query<Row>(
        sql`SELECT ${COLUMNS} FROM proposed_change
          WHERE tenant = ${tenant} AND decided_at IS NULL AND proposed_at > ${since()} ORDER BY proposed_at`,
      );
      return rows.map(changeOf);
    },
    async decide(tenant, id, decidedBy, approved) {
      const [row] = await database.forTenant(tenant).query<Row>(
        sql`UPDATE proposed_change SET decided_by = ${decidedBy}, decided_at = ${clock()}, approved = ${approved}
          WHERE tenant = ${tenant} AND id = ${id} AND decided_at IS NULL AND proposed_at > ${since()} RETURNING ${COLUMNS}`,
      );
      return row && changeOf(row);
    },
    async reopen(tenant, id) {
      await database.forTenant(tenant).query(
        sql`UPDATE proposed_change SET decided_by = NULL, decided_at = NULL, approved = NULL
          WHERE tenant = ${tenant} AND id = ${id}`,
      );
    },
  };
}
