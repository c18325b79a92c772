/** What a draft says that its sources do not. */
export interface Finding {
  readonly kind: 'drug' | 'dose' | 'diagnosis' | 'allergy' | 'procedure' | 'side' | 'negation' | 'number';
  /** A block keeps the draft from being signed until a person decides; a warning is shown. */
  readonly severity: 'block' | 'warn';
  /** Place in the draft, as UTF-16 offsets, half-open. */
  readonly start: number;
  readonly end: number;
  /** The words of the draft. */
  readonly text: string;
  /** What was looked for. */
  readonly detail: string;
}
