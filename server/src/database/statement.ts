import type { Connection, Submittable } from 'pg';
import type { Row } from './database.ts';
import type { Sql } from './sql.ts';
import { type ColumnReader, columnReader, encodeValue, type WireValue } from './wire-values.ts';

/** How the rows of one statement are read: column names and readers, learnt from the server once per prepared statement. */
export interface RowShape {
  readonly names: readonly string[];
  readonly readers: readonly ColumnReader[];
}

/** What a connection remembers between statements: the row shapes of its prepared statements, by name. */
export type RowShapes = Map<string, RowShape>;

/**
 * Execute of the unnamed portal, all rows, and Sync: the same bytes for every statement.
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
const EXECUTE_AND_SYNC = Buffer.from('450000000900000000005300000004', 'hex');

const noRows: RowShape = { names: [], readers: [] };

interface FieldDescription {
  readonly name: string;
  readonly dataTypeID: number;
}

interface StatementConnection extends Connection {
  readonly parsedStatements: Readonly<Record<string, string>>;
}

/** Called once, with an error or with the rows, when the server is ready for the next statement (or has failed this one). */
export type StatementDone = (error: Error | undefined, rows: Row[]) => void;

/**
 * One statement on the wire, for `pg.Client.query`. It differs from the driver's own query object in what it leaves out:
 * a prepared statement is described once per connection and not on every run, and rows are read straight into objects.
 */
export class Statement implements Submittable {
  readonly name: string;
  readonly text: string;
  private readonly values: WireValue[];
  private readonly shapes: RowShapes;
  private readonly done: StatementDone;
  private shape: RowShape | undefined;
  private rows: Row[] = [];
  private failed = false;

  constructor(statement: Sql, shapes: RowShapes, done: StatementDone) {
    this.name = statement.name ?? '';
    this.text = statement.text;
    this.values = statement.values.map(encodeValue);
    this.shapes = shapes;
    this.done = done;
  }

  submit(connection: Connection): null {
    if (this.name === '' && this.values.length === 0) {
      connection.query(this.text);
      return null;
    }
    this.shape = this.name === '' ? undefined : this.shapes.get(this.name);
    connection.stream.cork();
    this.send(connection as StatementConnection);
    connection.stream.uncork();
    return null;
  }

  private send(connection: StatementConnection): void {
    if (this.name === '' || connection.parsedStatements[this.name] === undefined) {
      connection.parse({ name: this.name, text: this.text, types: [] }, true);
    }
    connection.bind({ portal: '', statement: this.name, values: this.values }, true);
    if (this.shape === undefined) {
      connection.describe({ type: 'P', name: '' }, true);
    }
    connection.stream.write(EXECUTE_AND_SYNC);
  }

  handleRowDescription(message: { readonly fields: readonly FieldDescription[] }): void {
    this.rows = [];
    this.shape = {
      names: message.fields.map((field) => field.name),
      readers: message.fields.map((field) => columnReader(field.dataTypeID)),
    };
  }

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    const { names, readers } = this.shape as RowShape;
    const row: Row = {};
    for (let i = 0; i < names.length; i++) {
      const text = message.fields[i] as string | null;
      row[names[i] as string] = text === null ? null : (readers[i] as ColumnReader)(text);
    }
    this.rows.push(row);
  }

  handleCommandComplete(): void {
    if (this.name !== '' && !this.shapes.has(this.name)) {
      this.shapes.set(this.name, this.shape ?? noRows);
    }
  }

  handleReadyForQuery(): void {
    if (!this.failed) {
      this.done(undefined, this.rows);
    }
  }

  handleError(error: Error): void {
    if (!this.failed) {
      this.failed = true;
      this.done(withoutValues(error), []);
    }
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: { sendCopyFail(reason: string): void }): void {
    connection.sendCopyFail('COPY is not sent this way');
  }

  handleCopyData(): void {}
}

/** Takes from a driver error what can carry column values: a failed constraint quotes the row, which may be a patient's. */
function withoutValues(error: Error): Error {
  for (const part of ['detail', 'where', 'internalQuery']) {
    if (part in error) {
      Reflect.deleteProperty(error, part);
    }
  }
  return error;
}
