/** One message that the receiver accepted, in the order of its acceptances. */
export interface Accepted {
  /** `webhook-id` of the message. */
  readonly id: string;
  /** Type and id of the resource. */
  readonly resource: string;
  readonly version: number;
}

/** What there was to deliver, and what was accepted. */
export interface DeliveryRecord {
  /** Versions that were written, as type/id and the number of the last one. */
  readonly written: ReadonlyMap<string, number>;
  readonly accepted: readonly Accepted[];
}

/** The verdict: what is missing, what came twice, what came out of order. */
export interface DeliveryVerdict {
  readonly missing: readonly string[];
  /** Messages that came again after they had been accepted, under the id that they had before. */
  readonly duplicates: readonly string[];
  /** A version that came again under another id: nobody could recognise it. */
  readonly unrecognisable: readonly string[];
  readonly outOfOrder: readonly string[];
}

/** Judges what a receiver was sent. Pure. */
export function judgeDeliveries({ written, accepted }: DeliveryRecord): DeliveryVerdict {
  const ids = new Set<string>();
  const versions = new Map<string, Set<number>>();
  const duplicates: string[] = [];
  const unrecognisable: string[] = [];
  const outOfOrder: string[] = [];
  for (const { id, resource, version } of accepted) {
    const seen = versions.get(resource) ?? new Set<number>();
    versions.set(resource, seen);
    if (ids.has(id)) {
      duplicates.push(id);
      continue;
    }
    ids.add(id);
    if (seen.has(version)) {
      unrecognisable.push(`${resource} ${version} as ${id}`);
    } else if (version !== seen.size + 1) {
      outOfOrder.push(`${resource} ${version} after ${seen.size}`);
    }
    seen.add(version);
  }
  const missing = [...written].flatMap(([resource, last]) =>
    Array.from({ length: last }, (_, i) => i + 1)
      .filter((version) => !versions.get(resource)?.has(version))
      .map((version) => `${resource} ${version}`),
  );
  return { missing, duplicates, unrecognisable, outOfOrder };
}
