/** What the writers were told, and what the bot did about it. Pure: the check feeds it and asks for the verdict. */
export interface EffectsFound {
  /** Versions whose write was acknowledged, as `Observation/id/_history/n`. */
  readonly acknowledged: readonly string[];
  /** For each version the number of effects that are there. */
  readonly effects: ReadonlyMap<string, number>;
}

/** What went wrong, each in one line; empty when each acknowledged version had its one effect, and no version two. */
export function effectFaults({ acknowledged, effects }: EffectsFound): string[] {
  const lost = acknowledged.filter((version) => !effects.has(version));
  const doubled = [...effects].filter(([, count]) => count > 1);
  return [
    ...lost.map((version) => `lost event ${version}`),
    ...doubled.map(([version, count]) => `doubled effect ${version}: ${count}`),
  ];
}
