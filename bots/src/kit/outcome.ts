/** An abstention is a normal result: the bot says why it drafts nothing. */
export interface Abstention {
  readonly kind: 'abstain';
  /** Stable greppable code, such as `patient-not-visible`. */
  readonly code: string;
  /** One sentence without patient data. */
  readonly reason: string;
}

/** A draft that passed its validator. */
export interface Draft<T> {
  readonly kind: 'draft';
  readonly value: T;
}

/** What an engine gives: a draft, or an abstention. */
export type Outcome<T> = Draft<T> | Abstention;

/** Wraps a value that passed its validator. */
export function draft<T>(value: T): Draft<T> {
  return { kind: 'draft', value };
}

/** Declines to draft, with a stable code and one sentence without patient data. */
export function abstain(code: string, reason: string): Abstention {
  return { kind: 'abstain', code, reason };
}
