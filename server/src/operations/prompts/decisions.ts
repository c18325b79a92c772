import type { Queryable } from '../../database/index.ts';
import type { SectionMeasure } from './acceptance.ts';

/** A decision of a reviewer as it is on record. */
export interface Decision {
  readonly decision: 'accepted' | 'edited' | 'rejected' | 'expired';
  readonly editDistance: number;
  readonly sections: readonly SectionMeasure[];
  readonly seconds: number;
  readonly engine: string;
  readonly prompt?: string;
}

/** The decisions of a clinic, newest first, at most so many. */
export async function decisionsOf(queryable: Queryable, tenant: number, most: number): Promise<Decision[]> {
  const rows = await queryable.query<{ record: string }>({
    name: 'ai:decisions',
    text: `SELECT record FROM ai_record WHERE tenant = $1 AND kind = 'decision' ORDER BY number DESC LIMIT $2`,
    values: [tenant, most],
  });
  return rows.map(({ record }) => JSON.parse(record) as Decision);
}

/** How much of its answered drafts was kept, from 0 (all rejected) to 1 (all signed as drafted); what expired was not answered. */
export function keptShare(decisions: readonly Decision[]): number {
  const answered = decisions.filter(({ decision }) => decision !== 'expired');
  const kept = answered.map(({ decision, editDistance }) => (decision === 'rejected' ? 0 : 1 - editDistance));
  return kept.reduce((sum, each) => sum + each, 0) / Math.max(1, kept.length);
}
