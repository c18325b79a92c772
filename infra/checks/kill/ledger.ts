/** What the writers were told, and what was found afterwards. Pure: the check feeds it and asks for the verdict. */
export interface Ledger {
  /** A write that the server acknowledged: resource type, id and version. */
  acknowledge(reference: string): void;
  /** A Bundle that was sent, and how many entries it has. */
  send(bundle: string, entries: number): void;
  acknowledged(): readonly string[];
  bundles(): ReadonlyMap<string, number>;
}

/** Makes an empty ledger. */
export function createLedger(): Ledger {
  const references = new Set<string>();
  const bundles = new Map<string, number>();
  return {
    acknowledge: (reference) => void references.add(reference),
    send: (bundle, entries) => void bundles.set(bundle, entries),
    acknowledged: () => [...references],
    bundles: () => bundles,
  };
}

/** What the server holds after the last start. */
export interface Found {
  /** Versions that can be read, as `Observation/id/_history/n`. */
  readonly stored: ReadonlySet<string>;
  /** Versions that the subscriber was told of. */
  readonly delivered: ReadonlySet<string>;
  /** How many resources of each Bundle there are. */
  readonly entriesOf: ReadonlyMap<string, number>;
  /** Processes left after the stop. */
  readonly orphans: readonly number[];
}

/** The losses, each in one line; empty when nothing was lost. */
export function losses(ledger: Ledger, found: Found): string[] {
  const acknowledged = ledger.acknowledged();
  const half = [...ledger.bundles()].filter(([bundle, entries]) => {
    const there = found.entriesOf.get(bundle) ?? 0;
    return there !== 0 && there !== entries;
  });
  return [
    ...acknowledged.filter((reference) => !found.stored.has(reference)).map((reference) => `lost write ${reference}`),
    ...acknowledged
      .filter((reference) => !found.delivered.has(reference))
      .map((reference) => `lost event ${reference}`),
    ...half.map(([bundle, entries]) => `half a Bundle ${bundle}: ${found.entriesOf.get(bundle)} of ${entries}`),
    ...found.orphans.map((pid) => `orphan process ${pid}`),
  ];
}
