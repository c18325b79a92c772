/** A way to ask for a value, and what answers it: judged on the elements of one resource. */
export interface Ask {
  readonly modifier?: string;
  readonly value: string;
  readonly holds: (elements: readonly unknown[]) => boolean;
}

/** Ways to ask for one element. */
export type Asker = (element: unknown) => Ask[];
