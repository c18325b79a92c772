/** Says one line about what is happening; the loader's only output. */
export type Say = (line: string) => void;

/** A pause of some milliseconds. */
export type Pause = (milliseconds: number) => Promise<void>;

/** Time and output, handed in so that tests need neither. */
export interface Surroundings {
  readonly say: Say;
  readonly pause: Pause;
  readonly now: () => Date;
}
