import type { SqlFragment } from '../database/index.ts';

/** SQL type of a walk's key. */
export type KeyType = 'int8' | 'float8' | 'text' | 'timestamptz';

/** One index range: `FROM … w WHERE …`, to be read in the order of its key and then of `w.rid`. */
export interface Branch {
  readonly from: SqlFragment;
  readonly where: SqlFragment;
  /** Absent when the order is that of `w.rid` alone. */
  readonly key?: SqlFragment;
  /** Branches with one number are merged; a higher number comes after. */
  readonly number: number;
  /** Can the branch give a row number twice with one key? */
  readonly repeats: boolean;
  /** Does no index give the rows in order? They are then found first and ordered afterwards. */
  readonly unordered?: boolean;
}

/** How resources are found: index ranges whose order is the order of the result. */
export interface Walk {
  /** Names the walk in cursors. */
  readonly name: string;
  readonly branches: readonly Branch[];
  readonly keyType?: KeyType;
  readonly descending: boolean;
  /** Does a criterion say where the walk begins or ends, though its order is another matter? */
  readonly bounded?: boolean;
}
