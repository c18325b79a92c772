/** A table of index rows. Every one starts with the columns `tenant int4, rid int8`, which are not listed here. */
export interface IndexTable {
  readonly name: string;
  /** Columns after tenant and rid, in the order of an IndexRow. All NOT NULL, so that rows can be deleted by equality. */
  readonly columns: readonly {
    readonly name: string;
    readonly type: 'int4' | 'int8' | 'float8' | 'text' | 'timestamptz';
  }[];
}

/** One row, in column order. */
export type IndexRow = readonly (string | number)[];

/** Rows by table name; a table without rows may be absent. */
export type IndexRows = Readonly<Record<string, readonly IndexRow[]>>;

/** What an update must remove and add. */
export interface IndexRowsDifference {
  readonly removed: IndexRows;
  readonly added: IndexRows;
}
